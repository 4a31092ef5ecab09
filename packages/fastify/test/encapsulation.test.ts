import fastify from 'fastify';
import { expect, test } from 'vitest';
import { quietObserver } from '../../conformance/src/quiet-observer.ts';
import { ask, countsByRoute } from '../../conformance/src/route-questions.ts';
import { outrider } from '../src/index.ts';
import { start } from './start.ts';

const answer = async (): Promise<string> => 'ok';

test('it measures what was registered before it, and plugins in plugins', async () => {
  const application = await start(
    (app, options) => {
      app.get('/before', answer);
      app.register(async (inner) => inner.register(async (inmost) => inmost.get('/deep', answer)), {
        prefix: '/inner',
      });
      app.register(outrider, options);
      app.get('/after', answer);
    },
    { register: () => undefined },
  );
  for (const path of ['/before', '/inner/deep', '/after']) expect(await ask(application, path)).toEqual([200, path]);
  expect(await ask(application, '/nowhere')).toEqual([404, undefined]);
});

test('registered in a plugin it measures that one, and what is in it, only', async () => {
  const application = await start(
    (app, options) => {
      app.get('/outside', answer);
      app.register(
        async (measured) => {
          await measured.register(outrider, options);
          measured.get('/:id', answer);
          measured.register(async (inner) => inner.get('/:id', answer), { prefix: '/inner' });
        },
        { prefix: '/measured' },
      );
      app.register(async (sibling) => sibling.get('/:id', answer), { prefix: '/sibling' });
    },
    { register: () => undefined },
  );
  for (const path of ['/outside', '/sibling/1', '/nowhere', '/measured/1', '/measured/inner/1']) {
    const { headers } = await application.send(path);
    expect([path, 'x-response-time' in headers, 'x-request-id' in headers]).toEqual(
      path.startsWith('/measured') ? [path, true, true] : [path, false, false],
    );
  }
  await expect
    .poll(() => Object.fromEntries(countsByRoute(application)))
    .toEqual({ '/measured/:id': 1, '/measured/inner/:id': 1 });
});

test('registered twice, and again in a plugin, it counts once', async () => {
  const application = await start((app, options) => {
    app.register(outrider, options);
    app.register(
      async (inner) => {
        await inner.register(outrider, options);
        inner.get('/:id', async ({ id }) => id);
      },
      { prefix: '/inner' },
    );
  });
  const { headers, body, rawHeaders } = await application.send('/inner/1');
  expect(headers['x-request-id']).toBe(body);
  expect(rawHeaders.filter((name) => name.toLowerCase() === 'x-response-time')).toHaveLength(1);
  expect(await ask(application, '/inner/2')).toEqual([200, '/inner/:id']);
  expect(Object.fromEntries(countsByRoute(application))).toEqual({ '/inner/:id': 2 });
});

test('it begins before the hooks that are registered after it', async () => {
  const application = await start((app) => {
    app.addHook('onRequest', (_request, _reply, done) => void setTimeout(done, 30));
    app.get('/', answer);
  });
  const { headers } = await application.send('/');
  expect(Number.parseFloat(String(headers['x-response-time']))).toBeGreaterThanOrEqual(29);
});

test('plainly, without options', async () => {
  const app = fastify();
  await app.register(outrider);
  expect(app.hasPlugin('@outrider/fastify')).toBe(true);
});

test('a wrong option is an error of the plugin, which names it', async () => {
  const app = fastify();
  const options = { slowMS: 5, observer: quietObserver() };
  await expect(async () => app.register(outrider, options)).rejects.toMatchObject({
    code: 'OUTRIDER_UNKNOWN_OPTION',
    message: expect.stringContaining('did you mean slowMs?'),
  });
});
