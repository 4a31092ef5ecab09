import { outrider } from '@outrider/express';
import type { OutriderOptions } from '@outrider/core';
import express5 from 'express';
import express4 from 'express4';
import type { NextFunction, Request, Response } from 'express';
import { PlannedError, RAW_ROUTES } from '../behaviour.ts';
import type { Framework } from '../framework.ts';

/** Express 5. */
export const express5Framework: Framework = { name: 'Express 5', build: (options) => build(express5, options, true) };

/** Express 4. */
export const express4Framework: Framework = {
  name: 'Express 4',
  build: (options) => build(express4, options, false),
};

function build(express: typeof express5, options: OutriderOptions, awaitsHandlers: boolean): express5.Express {
  const app = express();
  // An error page of its own, else Express prints every planned error.
  app.set('env', 'test');
  app.use(outrider(options));
  for (const [path, behave] of Object.entries(RAW_ROUTES)) app.get(path, behave);

  app.get('/users/:id', (request, response) => void response.json({ id: request.params.id }));
  app.post('/users/:id', (request, response) => void response.status(201).json({ id: request.params.id }));

  const items = express.Router({ mergeParams: true });
  items.get('/', (_, response) => void response.json([]));
  items.get('/:item', (request, response) => void response.json(request.params));
  items.get('/:item/thrown', () => {
    throw new PlannedError();
  });
  const shops = express.Router();
  shops.use('/:shop/items', items);
  app.use('/shops', shops);

  const admin = express();
  admin.set('env', 'test');
  admin.get('/hello/:name', (request, response) => void response.send(`hello ${request.params.name}`));
  admin.get('/thrown', () => {
    throw new PlannedError();
  });
  app.use('/admin', admin);

  app.get('/thrown', () => {
    throw new PlannedError();
  });
  app.get('/handled', () => {
    throw new PlannedError(418);
  });
  // Express 4 does not look at what a handler returns.
  const rejects = async (): Promise<void> => {
    throw new PlannedError();
  };
  app.get('/rejected', awaitsHandlers ? rejects : (_request, _response, next) => void rejects().catch(next));

  const twice = (_request: Request, response: Response, next: NextFunction): void => {
    next();
    if (!response.locals['twice']) {
      response.locals['twice'] = true;
      next();
    }
  };
  app.get('/twice', twice, (_, response) => {
    if (!response.headersSent) response.send('once');
  });

  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof PlannedError && error.status === 418) response.status(418).send('handled');
    else next(error);
  });
  return app;
}
