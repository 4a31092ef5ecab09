import { outrider } from '@outrider/express';
import type { OutriderOptions } from '@outrider/core';
import compression from 'compression';
import express5 from 'express';
import express4 from 'express4';
import type { Express, NextFunction, Request, RequestHandler, Response } from 'express';
import { createReadStream } from 'node:fs';
import { RAW_ROUTES, RAW_UPLOADS } from '../behaviour.ts';
import { BINARY, DOWNLOAD, TEXT } from '../bodies.ts';
import type { Framework } from '../framework.ts';
import { PlannedError, fail } from '../planned-error.ts';
import { serve } from '../serve.ts';
import { TEMPLATES } from '../templates.ts';
import type { Templates } from '../templates.ts';

/** What the versions differ in. */
interface Version {
  readonly express: typeof express5;
  readonly templates: Templates;
  /** Express 4 does not look at what a handler returns. */
  readonly awaitsHandlers: boolean;
}

const HASH = /^\/commits\/([a-z0-9]+)$/;

// A guard that is used before a router's routes answers before any of them matches.
const OWN = { pattern: String(HASH), guarded: undefined };

const VERSION_5: Version = { express: express5, templates: { ...TEMPLATES, ...OWN }, awaitsHandlers: true };
// Express 4 makes one pattern of a list of paths, and does not tell which of them matched.
const LIST = '/first/:id,/second/:id';

const VERSION_4: Version = {
  express: express4,
  templates: { ...TEMPLATES, ...OWN, first: LIST, second: LIST, optional: '/optional/:id?', wildcard: '/wild/*' },
  awaitsHandlers: false,
};

/** Express 5. */
export const express5Framework: Framework = framework('Express 5', VERSION_5);

/** Express 4. */
export const express4Framework: Framework = framework('Express 4', VERSION_4);

function framework(name: string, version: Version): Framework {
  return {
    name,
    family: 'Express',
    transport: 'http',
    templates: version.templates,
    create: async (options) => serve('http', build(version, options)),
  };
}

const echo: RequestHandler = (request, response) => void response.json(request.params);

function build(version: Version, options: OutriderOptions | undefined): Express {
  const { express, templates, awaitsHandlers } = version;
  const app = express();
  // An error page of its own, else Express prints every planned error.
  app.set('env', 'test');
  // Node takes a list of pairs in writeHead only where no header is set before.
  app.disable('x-powered-by');
  if (options !== undefined) app.use(outrider(options));
  for (const [path, behave] of Object.entries(RAW_ROUTES)) app.get(path, behave);
  for (const [path, behave] of Object.entries(RAW_UPLOADS)) app.post(path, behave);

  app.get('/', (_, response) => void response.send('home'));
  app.get('/users/me', (_, response) => void response.send('me'));
  app.get('/users/:id', echo);
  app.post('/users/:id', (request, response) => void response.status(201).json(request.params));
  app.get(HASH, echo);
  app.get(['/first/:id', '/second/:id'], echo);
  app.get(templates.optional!, echo);
  app.get(templates.wildcard!, echo);
  app.get('/range/:from-:to', echo);
  app.get('/pass/:first', (_request, _response, next) => next());
  app.get('/pass/:second', echo);
  app.options('/declared/:id', (_, response) => void response.status(204).end());
  routers(app, express);
  app.use('/admin', mounted(express));
  bodies(app, express);

  app.get('/thrown', fail);
  app.get('/handled', () => {
    throw new PlannedError(418);
  });
  const rejects = async (): Promise<void> => fail();
  app.get('/rejected', awaitsHandlers ? rejects : (_request, _response, next) => void rejects().catch(next));
  app.get('/late-error', (_, response) => {
    response.write('first\n');
    fail();
  });
  app.get('/twice', twice, (_, response) => {
    if (!response.headersSent) response.send('once');
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof PlannedError && error.status === 418) response.status(418).send('handled');
    else next(error);
  });
  return app;
}

function routers(app: Express, express: typeof express5): void {
  const items = express.Router({ mergeParams: true });
  items.get('/', (_, response) => void response.json([]));
  items.get('/:item', echo);
  items.get('/:item/thrown', fail);
  const shops = express.Router();
  shops.use('/:shop/items', items);
  app.use('/shops', shops);

  const members = express.Router().get('/member/:member', echo);
  const teams = express.Router().use('/team/:team', members);
  app.use('/org/:org', teams);

  app.use('/strict', express.Router({ strict: true }).get('/:id', echo));
  const guard: RequestHandler = (_, response) => void response.status(401).send('who are you?');
  app.use('/guarded', express.Router().use(guard).get('/:id', echo));
  const onlyOne: RequestHandler = (request, response, next) => {
    if (String(request.params['id']).startsWith('zqone')) response.send('one');
    else next();
  };
  app.use('/same', express.Router().get('/:id', onlyOne));
  app.use('/same', express.Router().get('/:id', echo));
}

function mounted(express: typeof express5): Express {
  const inner = express();
  inner.set('env', 'test');
  inner.get('/greet/:name', echo);
  const admin = express();
  admin.set('env', 'test');
  admin.get('/hello/:name', echo);
  admin.get('/thrown', fail);
  admin.use('/inner', inner);
  return admin;
}

function bodies(app: Express, express: typeof express5): void {
  app.get('/text', (_, response) => void response.send(TEXT));
  app.get('/binary', (_, response) => void response.send(BINARY));
  app.get('/pipe', (_, response) => void createReadStream(DOWNLOAD.path).pipe(response));
  app.get('/download', (_, response) => response.download(DOWNLOAD.path));
  app.get('/redirect', (_, response) => response.redirect('/users/me'));
  const compressed = express.Router();
  compressed.use(compression({ threshold: 0 }));
  compressed.get('/:name', (_, response) => response.sendFile(DOWNLOAD.path));
  app.use('/compressed', compressed);
}

function twice(_request: Request, response: Response, next: NextFunction): void {
  next();
  if (!response.locals['twice']) {
    response.locals['twice'] = true;
    next();
  }
}
