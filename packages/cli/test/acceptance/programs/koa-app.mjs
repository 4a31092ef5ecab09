import Router from '@koa/router';
import { outrider } from '@outrider/koa';
import Koa from 'koa';
import { behaviours } from './behaviours.mjs';
import { serve } from './serve.mjs';
import { options } from './variant.mjs';

const app = new Koa();
// Otherwise Koa prints every planned error.
app.silent = true;
app.use(outrider(options()));
const router = new Router();
router.get('/items/:id', (context) => {
  context.body = { id: context.params.id };
});
router.get('/fail', () => {
  throw new Error('planned');
});
for (const [path, behave] of Object.entries(behaviours)) {
  router.get(path, (context) => {
    context.respond = false;
    // Koa begins with 404.
    context.res.statusCode = 200;
    behave(context.req, context.res);
  });
}
app.use(router.routes());

serve(app.callback());
