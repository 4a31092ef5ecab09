import Router from '@koa/router';
import Koa3 from 'koa';
import Koa2 from 'koa2';
import mount from 'koa-mount';
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
  ['Koa 3', Koa3],
  ['Koa 2', Koa2],
])('%s', (_, Koa) => {
  test('used twice, and on a mounted application too, it counts a request once', async () => {
    application = await startApplication({
      transport: 'http',
      create: async (options = {}) => {
        const router = new Router().get('/:id', (context) => {
          context.body = context.state['requestId'];
        });
        const inner = new Koa();
        inner.use(outrider(options)).use(router.routes());
        const app = new Koa();
        app.use(outrider(options)).use(outrider(options)).use(mount('/inner', inner));
        return createServer(app.callback());
      },
    });
    const answer = await application.send('/inner/zq1');
    expect(valuesOf(answer, 'x-request-id')).toEqual([answer.body]);
    await assertRecorded(application, { route: '/inner/:id', status: 200 });
    await assertBalanced(application);
  });
});

test('a wrong option is named', () => {
  expect(() => outrider({ observer: quietObserver(), slowMs: -1 })).toThrow(/slowMs/);
});
