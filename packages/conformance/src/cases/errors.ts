import { strict as assert } from 'node:assert';
import type { Case } from '../case.ts';
import { allEnded } from '../ended.ts';
import { DURATION, assertCutOff, outcomesOf } from '../expectations.ts';
import { total } from '../readings.ts';
import { NO_ROUTER } from './no-router.ts';
import { recorded } from './recorded.ts';

/** Handlers that fail. */
export const ERROR_CASES: readonly Case[] = [
  recorded('a thrown error', '/thrown', { route: '/thrown', status: 500, error: '500' }),
  recorded('a rejected promise', '/rejected', { route: '/rejected', status: 500, error: '500' }),
  recorded('an error handler that answers', '/handled', { route: '/handled', status: 418 }),
  recorded(
    'a thrown error in a nested router',
    '/shops/zq9/items/zq7/thrown',
    { template: 'nestedThrown', status: 500, error: '500' },
    { impossible: NO_ROUTER },
  ),
  recorded(
    'a thrown error in a mounted application',
    '/admin/thrown',
    { template: 'mountedThrown', status: 500, error: '500' },
    { impossible: NO_ROUTER },
  ),
  recorded('a writeHead that throws, and another', '/bad-head', { route: '/bad-head', status: 500, error: '500' }),
  {
    name: 'an error after the headers were sent',
    run: async (application, { family }) => {
      // Koa leaves the response as it is, until its client has enough of it.
      if (family === 'Koa') await application.leave('/late-error', { after: 'first-bytes' });
      else await application.send('/late-error').catch(() => undefined);
      await allEnded(application, 1);
      const outcome = family === 'Koa' ? 'aborted_mid_stream' : 'destroyed_by_server';
      assertCutOff(application, { route: '/late-error', outcome, status: 200 });
    },
  },
  {
    name: 'a handler that answers twice',
    run: async (application) => {
      await application.send('/twice').catch(() => undefined);
      await allEnded(application);
      assert.equal(total(application.observer, DURATION, { 'http.route': '/twice' }), 1);
      assert.deepEqual(outcomesOf(application.observer), { completed: 1 });
    },
  },
];
