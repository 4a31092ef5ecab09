import express5 from 'express';
import express4 from 'express4';
import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { startApplication } from '../../conformance/src/application.ts';
import type { Application } from '../../conformance/src/application.ts';
import { valuesOf } from '../../conformance/src/client/client.ts';
import { assertBalanced, assertRecorded } from '../../conformance/src/expectations.ts';
import { quietObserver } from '../../conformance/src/quiet-observer.ts';
import { outrider } from '../src/index.ts';

let application: Application | undefined;

afterEach(() => application?.close());

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('%s', (_, express) => {
  test('used twice, and on a mounted application too, it counts a request once', async () => {
    application = await startApplication({
      transport: 'http',
      create: async (options = {}) => {
        const inner = express();
        inner.use(outrider(options));
        inner.get('/:id', (_request, response) => void response.send('ok'));
        const app = express();
        app.use(outrider(options)).use(outrider(options)).use('/inner', inner);
        return createServer(app);
      },
    });
    const answer = await application.send('/inner/zq1');
    expect(valuesOf(answer, 'x-request-id')).toHaveLength(1);
    await assertRecorded(application, { route: '/inner/:id', status: 200 });
    await assertBalanced(application);
  });

  test('used on a mounted application only, it measures that, below the whole prefix', async () => {
    application = await startApplication({
      transport: 'http',
      create: async (options = {}) => {
        const inner = express();
        inner.use(outrider(options));
        inner.get('/:id', (_request, response) => void response.send('ok'));
        const app = express();
        app.use('/inner', inner);
        app.get('/outside', (_request, response) => void response.send('ok'));
        return createServer(app);
      },
    });
    await application.send('/inner/zq1');
    const outside = await application.send('/outside');
    expect(valuesOf(outside, 'x-request-id')).toEqual([]);
    await expect.poll(() => application!.received()).toBe(2);
    await assertRecorded({ ...application, received: () => 1 }, { route: '/inner/:id', status: 200 });
  });
});

test('a wrong option is named', () => {
  expect(() => outrider({ observer: quietObserver(), slowMs: -1 })).toThrow(/slowMs/);
});
