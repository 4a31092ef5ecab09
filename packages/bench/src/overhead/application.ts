import type express from 'express';
import type { Variant } from './variant.ts';

/**
 * The application under measurement: a route with a parameter, one more below a mounted router, and a static one. The
 * handlers do next to nothing, so that the framework and the instrumentation are what costs.
 */
export function createApplication(framework: typeof express, variant: Variant): express.Express {
  const app = framework();
  variant.install(app);
  app.get('/users/:id', (request, response) => {
    response.json({ id: request.params.id, name: 'Ada Lovelace', roles: ['reader', 'writer'] });
  });
  const api = framework.Router();
  api.get('/orders/:id', (request, response) => {
    response.json({ id: request.params.id, state: 'shipped', items: 3 });
  });
  app.use('/api', api);
  app.get('/health', (_request, response) => {
    response.json({ ok: true });
  });
  return app;
}
