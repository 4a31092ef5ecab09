import { strict as assert } from 'node:assert';
import type { Case } from '../case.ts';
import { DURATION, assertHeaders, assertRecorded } from '../expectations.ts';
import { allEnded } from '../ended.ts';
import { readMetric } from '../readings.ts';
import { recorded } from './recorded.ts';

/** Methods: of a route, of none, and of no meaning. */
export const METHOD_CASES: readonly Case[] = [
  recorded('HEAD of a GET route', '/users/zq1', { template: 'template', status: 200, method: 'HEAD', body: '' }),
  recorded('HEAD of a route that writes a body', '/pipe', { route: '/pipe', status: 200, method: 'HEAD', body: '' }),
  recorded('POST beside GET', '/users/zq1', { template: 'template', status: 201, method: 'POST' }),
  recorded('OPTIONS of a route that declares it', '/declared/zq1', {
    template: 'declaredOptions',
    status: 204,
    method: 'OPTIONS',
  }),
  {
    name: 'OPTIONS of a route that does not declare it',
    run: async (application) => {
      // Some frameworks answer it themselves; no route is matched by that.
      const answer = await application.send('/users/zq1', { method: 'OPTIONS' });
      assert.ok([200, 204, 404].includes(answer.status), `status ${answer.status}`);
      assertHeaders(answer);
      await assertRecorded(application, { status: answer.status, method: 'OPTIONS' });
    },
  },
  {
    name: 'a method that a known path does not have',
    run: async (application) => {
      const answer = await application.send('/users/zq1', { method: 'DELETE' });
      assert.ok([404, 405].includes(answer.status), `status ${answer.status}`);
      assertHeaders(answer);
      await assertRecorded(application, { status: answer.status, method: 'DELETE' });
    },
  },
  {
    name: 'a method of no meaning',
    run: async (application) => {
      await application.send('/users/zq1', { method: 'PROPFIND' });
      await allEnded(application);
      const [reading, ...others] = readMetric(application.observer, DURATION);
      assert.equal(others.length, 0);
      assert.equal(reading?.attributes['http.request.method'], '_OTHER');
      assert.equal(reading.attributes['http.route'], undefined);
    },
  },
];
