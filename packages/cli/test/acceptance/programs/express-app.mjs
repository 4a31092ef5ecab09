import { outrider } from '@outrider/express';
import express from 'express';
import { behaviours } from './behaviours.mjs';
import { serve } from './serve.mjs';
import { options } from './variant.mjs';

const app = express();
// Otherwise Express prints every planned error.
app.set('env', 'test');
app.use(outrider(options()));
app.get('/items/:id', (request, response) => {
  response.json({ id: request.params.id });
});
app.get('/fail', () => {
  throw new Error('planned');
});
for (const [path, behave] of Object.entries(behaviours)) app.get(path, behave);

serve(app);
