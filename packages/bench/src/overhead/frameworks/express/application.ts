import express from 'express';
import type { Express } from 'express';
import { createServer } from 'node:http';
import type { Server } from 'node:net';
import type { Variant } from '../../framework.ts';
import { health, order, user } from '../answers.ts';
import { listen } from '../listen.ts';

/**
 * The application under measurement: a route with a parameter, one more below a mounted router, and a static one. The
 * handlers do next to nothing, so that the framework and the instrumentation are what costs.
 */
export function serve(variant: Variant<Express>): Promise<Server> {
  const app = express();
  variant.install(app);
  app.get('/users/:id', (request, response) => {
    response.json(user(request.params.id));
  });
  const api = express.Router();
  api.get('/orders/:id', (request, response) => {
    response.json(order(request.params.id));
  });
  app.use('/api', api);
  app.get('/health', (_request, response) => {
    response.json(health());
  });
  return listen(createServer(app));
}
