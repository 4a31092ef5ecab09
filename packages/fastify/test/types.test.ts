import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, expectTypeOf, test } from 'vitest';
import { allEnded } from '../../conformance/src/ended.ts';
import { quietObserver } from '../../conformance/src/quiet-observer.ts';
import { total } from '../../conformance/src/readings.ts';
import { startApplication } from '../../conformance/src/application.ts';
import { outrider } from '../src/index.ts';

interface TenantRequest extends IncomingMessage {
  tenant?: string;
}

test('callbacks take the request and response of Node.js, or what is made of them', async () => {
  const observer = quietObserver();
  const app = fastify();
  await app.register(outrider, {
    observer,
    exclude: (request: IncomingMessage) => request.url === '/excluded',
    route: ({ url }) => (url === '/computed' ? 'computed' : undefined),
    labels: (request: TenantRequest, response: ServerResponse) => ({
      tenant: request.tenant ?? 'none',
      head: response.headersSent,
    }),
  });
  app.addHook('onRequest', async ({ raw }) => {
    (raw as TenantRequest).tenant = 'one';
  });
  app.get('/computed', async ({ id }) => {
    expectTypeOf(id).toBeString();
    return id;
  });
  app.get('/excluded', async () => 'ok');
  for (const url of ['/computed', '/excluded']) await app.inject(url);
  await expect.poll(() => total(observer, 'http.server.request.outcomes')).toBe(1);
  const labels = { 'http.route': 'computed', tenant: 'one', head: 'true' };
  expect(total(observer, 'http.server.request.duration', labels)).toBe(1);
  await app.close();
});

test('instances of every server and logger take it', async () => {
  const application = await startApplication({
    transport: 'h2c',
    create: async (options) => {
      const app = fastify({ http2: true });
      await app.register(outrider, options ?? {});
      app.get('/users/:id', async ({ params }) => params);
      await app.ready();
      return app.server;
    },
  });
  const { status, headers } = await application.send('/users/1', { headers: { 'x-request-id': 'abc' } });
  expect([status, headers['x-request-id']]).toEqual([200, 'abc']);
  await allEnded(application);
  expect(total(application.observer, 'http.server.request.duration', { 'http.route': '/users/:id' })).toBe(1);
  await application.close();
});

test('a plugin of an application may register it', async () => {
  const app = fastify({ logger: { level: 'silent' } });
  const plugin = async (instance: FastifyInstance): Promise<void> => {
    await instance.register(outrider, () => ({ observer: quietObserver(), slowMs: 500 }));
    instance.get('/', async () => 'ok');
  };
  await app.register(plugin as never, { prefix: '/inner' });
  expect((await app.inject('/inner')).headers).toHaveProperty('x-response-time');
});

test('a wrong option is an error of types, too', async () => {
  const app = fastify();
  // @ts-expect-error -- slowMs is a number
  await expect(async () => app.register(outrider, { slowMs: '5' })).rejects.toThrow('slowMs is "5"');
});
