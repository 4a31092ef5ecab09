import { strict as assert } from 'node:assert';
import type { Case, Trait } from '../case.ts';
import { allEnded } from '../ended.ts';
import { DURATION } from '../expectations.ts';
import { readMetric, total } from '../readings.ts';
import { NO_ROUTER } from './no-router.ts';
import { recorded } from './recorded.ts';

const noRouter = { impossible: NO_ROUTER };

const without = (reasons: Readonly<Partial<Record<Trait, string>>>): { readonly impossible: Case['impossible'] } => ({
  impossible: { ...NO_ROUTER, ...reasons },
});

/** Routes in every way that routers let them be declared. */
export const ROUTE_CASES: readonly Case[] = [
  recorded('the root', '/', { template: 'root', status: 200 }),
  recorded('a parameter', '/users/zq1', { template: 'template', status: 200 }),
  recorded('a static route beside a parameter', '/users/me', { template: 'static', status: 200 }),
  recorded('a nested router', '/shops/zq9/items/zq7', { template: 'nested', status: 200 }),
  recorded('the root of a nested router', '/shops/zq9/items', { template: 'nestedRoot', status: 200 }),
  recorded('routers nested three deep', '/org/zq1/team/zq2/member/zq3', { template: 'deep', status: 200 }, noRouter),
  recorded('a mounted application', '/admin/hello/zq', { template: 'mounted', status: 200 }, noRouter),
  recorded(
    'an application mounted in a mounted one',
    '/admin/inner/greet/zq',
    { template: 'mountedDeep', status: 200 },
    noRouter,
  ),
  recorded('a regular expression', '/commits/zq1a', { template: 'pattern', status: 200 }, noRouter),
  ...(['first', 'second'] as const).map((template) =>
    recorded(
      `a list of paths, the ${template}`,
      `/${template}/zq1`,
      { template, status: 200 },
      without({ Fastify: 'a route of Fastify has one path' }),
    ),
  ),
  recorded('an optional parameter, present', '/optional/zq1', { template: 'optional', status: 200 }, noRouter),
  recorded('an optional parameter, absent', '/optional', { template: 'optional', status: 200 }, noRouter),
  recorded('a wildcard', '/wild/zq1/zq2/zq3', { template: 'wildcard', status: 200 }),
  recorded(
    'two parameters in a segment',
    '/range/zq1-zq2',
    { template: 'range', status: 200 },
    without({ Hono: 'a parameter of Hono is a whole segment' }),
  ),
  recorded(
    'a route that passes on to another',
    '/pass/zq1',
    { template: 'passed', status: 200 },
    without({ Fastify: 'a route of Fastify cannot pass a request on' }),
  ),
  {
    name: 'two routers that declare the same template share a series',
    impossible: NO_ROUTER,
    run: async (application, { templates }) => {
      const answers = [
        // Fastify lets a path be declared twice for two versions of an interface only; the others do not look.
        await application.send('/same/zqone', { headers: { 'Accept-Version': '1.0.0' } }),
        await application.send('/same/zqtwo', { headers: { 'Accept-Version': '2.0.0' } }),
      ];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200],
      );
      await allEnded(application);
      assert.equal(readMetric(application.observer, DURATION).length, 1);
      assert.equal(total(application.observer, DURATION, { 'http.route': templates.same! }), 2);
    },
  },
  recorded('a middleware that answers 401 before the route', '/guarded/zq1', { template: 'guarded', status: 401 }),
  recorded('a path that no route matches', '/nowhere/zq', { status: 404 }),
  recorded('a path below a router that no route matches', '/shops/zq9/nowhere', { status: 404 }),
  recorded('a path below a mounted application that no route matches', '/admin/zq/nowhere', { status: 404 }, noRouter),
  recorded(
    'a path below a mounted application in a mounted one that no route matches',
    '/admin/inner/zq/nowhere',
    { status: 404 },
    noRouter,
  ),
];
