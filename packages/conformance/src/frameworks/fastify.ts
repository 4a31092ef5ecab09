import { outrider } from '@outrider/fastify';
import type { OutriderOptions } from '@outrider/core';
import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { RAW_ROUTES, RAW_UPLOADS } from '../behaviour.ts';
import type { RawHandler } from '../behaviours/raw-handler.ts';
import { BINARY, DOWNLOAD, TEXT } from '../bodies.ts';
import { CERTIFICATE } from '../certificate.ts';
import type { Framework, Transport } from '../framework.ts';
import { PlannedError, fail } from '../planned-error.ts';
import { TEMPLATES } from '../templates.ts';
import type { Templates } from '../templates.ts';

const FASTIFY_TEMPLATES: Templates = {
  ...TEMPLATES,
  pattern: '/commits/:hash(^[a-z0-9]+$)',
  optional: '/optional/:id?',
  wildcard: '/wild/*',
};

/** Fastify 5. */
export const fastifyFramework: Framework = framework('Fastify 5', 'http');

/** Fastify 5 on HTTP/2. */
export const fastifyHttp2Framework: Framework = framework('Fastify 5 (h2)', 'h2');

function framework(name: string, transport: 'http' | 'h2'): Framework {
  return {
    name,
    family: 'Fastify',
    transport,
    templates: FASTIFY_TEMPLATES,
    create: async (options) => {
      const app = instance(transport);
      await declare(app, options);
      await app.ready();
      return app.server;
    },
  };
}

function instance(transport: Transport): FastifyInstance {
  return transport === 'h2'
    ? (fastify({ http2: true, https: CERTIFICATE, routerOptions }) as unknown as FastifyInstance)
    : fastify({ routerOptions });
}

// What is longer Fastify answers with 414, before any hook of a plugin runs.
const routerOptions = { maxParamLength: 10_000 };

const echo = (request: FastifyRequest, reply: FastifyReply): FastifyReply => reply.send(request.params);

async function declare(app: FastifyInstance, options: OutriderOptions | undefined): Promise<void> {
  if (options !== undefined) await app.register(outrider, options);
  // The behaviours read bodies themselves.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  for (const [path, behave] of Object.entries(RAW_ROUTES)) app.get(path, raw(behave));
  for (const [path, behave] of Object.entries(RAW_UPLOADS)) app.post(path, raw(behave));

  app.get('/', (_, reply) => reply.send('home'));
  app.get('/users/me', (_, reply) => reply.send('me'));
  app.get('/users/:id', echo);
  app.post('/users/:id', (request, reply) => reply.code(201).send(request.params));
  app.get(FASTIFY_TEMPLATES.pattern!, echo);
  app.get(FASTIFY_TEMPLATES.optional!, echo);
  app.get(FASTIFY_TEMPLATES.wildcard!, echo);
  app.get('/range/:from-:to', echo);
  app.get('/strict/:id', echo);
  app.options('/declared/:id', (_, reply) => reply.code(204).send());
  await plugins(app);
  bodies(app);
  errors(app);
}

function raw(behave: RawHandler): (request: FastifyRequest, reply: FastifyReply) => void {
  return (request, reply) => {
    reply.hijack();
    behave(request.raw, reply.raw);
  };
}

async function plugins(app: FastifyInstance): Promise<void> {
  await app.register(
    async (shops) => {
      await shops.register(
        async (items) => {
          items.get('/', (_, reply) => reply.send([]));
          items.get('/:item', echo);
          items.get('/:item/thrown', fail);
        },
        { prefix: '/:shop/items' },
      );
    },
    { prefix: '/shops' },
  );
  await app.register(
    async (teams) => {
      await teams.register(async (members) => void members.get('/member/:member', echo), { prefix: '/team/:team' });
    },
    { prefix: '/org/:org' },
  );
  await app.register(admin, { prefix: '/admin' });
  await app.register(
    async (guarded) => {
      guarded.addHook('onRequest', async (_, reply) => reply.code(401).send('who are you?'));
      guarded.get('/:id', echo);
    },
    { prefix: '/guarded' },
  );
  for (const version of ['1.0.0', '2.0.0']) {
    await app.register(async (same) => void same.get('/:id', { constraints: { version } }, echo), { prefix: '/same' });
  }
}

// The nearest to a mounted application: a plugin with error and 404 handlers of its own.
async function admin(scope: FastifyInstance): Promise<void> {
  scope.setErrorHandler((error: PlannedError, _request, reply) => reply.code(error.status).send('admin: failed'));
  scope.setNotFoundHandler((_, reply) => reply.code(404).send('admin: not found'));
  scope.get('/hello/:name', echo);
  scope.get('/thrown', fail);
  await scope.register(
    async (inner) => {
      inner.setNotFoundHandler((_, reply) => reply.code(404).send('inner: not found'));
      inner.get('/greet/:name', echo);
    },
    { prefix: '/inner' },
  );
}

function bodies(app: FastifyInstance): void {
  app.get('/text', (_, reply) => reply.send(TEXT));
  app.get('/binary', (_, reply) => reply.send(BINARY));
  app.get('/pipe', (_, reply) => reply.send(createReadStream(DOWNLOAD.path)));
  app.get('/download', (_, reply) =>
    reply.header('Content-Disposition', 'attachment').send(createReadStream(DOWNLOAD.path)),
  );
  app.get('/redirect', (_, reply) => reply.redirect('/users/me'));
}

function errors(app: FastifyInstance): void {
  app.get('/thrown', fail);
  app.get('/rejected', async () => {
    await Promise.reject(new PlannedError());
  });
  app.get('/handled', () => {
    throw new PlannedError(418);
  });
  app.get('/late-error', (_, reply) => reply.send(Readable.from(failing())));
  app.get('/twice', (_, reply) => {
    reply.send('once');
    reply.send('twice');
  });
  app.setErrorHandler((error: PlannedError, _request, reply) => {
    if (error.status === 418) return reply.code(418).send('handled');
    throw error;
  });
}

async function* failing(): AsyncGenerator<string> {
  yield 'first\n';
  fail();
}
