import express5 from 'express';
import type { Express } from 'express';
import express4 from 'express4';
import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startApplication } from '../../conformance/src/application.ts';
import type { Application } from '../../conformance/src/application.ts';
import { assertNothingConcrete } from '../../conformance/src/expectations.ts';
import { ask } from '../../conformance/src/route-questions.ts';
import { stackOf } from '../src/express-internals.ts';
import type { Layer } from '../src/express-internals.ts';
import { outrider } from '../src/index.ts';
import { ROUTE_CASES, SECRECY_CASES } from './route-cases.ts';
import type { ExpressVersion, RouteCase } from './route-cases.ts';

const SYNTAX_4 = { optional: '/optional/:id?', wildcard: '/wild/*', restricted: '/only/:a(zq\\d+)' };
const SYNTAX_5 = { optional: '/optional{/:id}', wildcard: '/wild/*path', restricted: '/only/:a' };

const VERSIONS: readonly [ExpressVersion, ExpressVersion, ExpressVersion] = [
  { name: 'Express 5', express: express5, ...SYNTAX_5, tellsPathOfRoute: true, age: () => undefined },
  // Routers older than 2.3 are the same but for the declared path, which they do not keep.
  { name: 'Express 5 before 5.3', express: express5, ...SYNTAX_5, tellsPathOfRoute: false, age: forgetPaths },
  { name: 'Express 4', express: express4, ...SYNTAX_4, tellsPathOfRoute: false, age: () => undefined },
];

async function start(version: ExpressVersion, build: RouteCase['build']): Promise<Application> {
  const application = await startApplication({
    transport: 'http',
    create: async (options = {}) => {
      const app = version.express();
      app.set('env', 'test');
      app.use(outrider(options));
      build(app, version);
      version.age(app);
      return createServer(app);
    },
  });
  onTestFinished(() => application.close());
  return application;
}

function forgetPaths(app: Express): void {
  const seen = new Set<object>();
  const forget = (handle: object): void => {
    if (seen.has(handle)) return;
    seen.add(handle);
    for (const layer of stackOf(handle) ?? []) {
      Reflect.deleteProperty(layer, 'rawPath');
      const { match } = layer;
      // What matched they keep on the layer.
      layer.match = (path) => keep(layer, match.call(layer, path));
      forget(layer.handle);
    }
    // What an application mounts itself it hides behind a function of its own.
    for (const sub of mountedOn.get(handle) ?? []) forget(sub);
  };
  forget(app);
}

function keep(layer: Layer, match: ReturnType<Layer['match']>): ReturnType<Layer['match']> {
  if (typeof match === 'object') Object.assign(layer, { params: match.params, path: match.path });
  return match;
}

const mountedOn = new WeakMap<object, Express[]>();
// oxlint-disable-next-line typescript/unbound-method -- called with the application as `this`
const { use } = express5.application;
express5.application.use = function useAndNote(this: Express, ...parameters: unknown[]) {
  for (const parameter of parameters) {
    if (typeof parameter === 'function' && 'mountpath' in parameter) {
      mountedOn.set(this, [...(mountedOn.get(this) ?? []), parameter as unknown as Express]);
    }
  }
  return Reflect.apply(use, this, parameters);
} as typeof use;

describe.each(VERSIONS)('$name', (version) => {
  test.each(ROUTE_CASES)('$name', async ({ build, questions }) => {
    const application = await start(version, build);
    const list = typeof questions === 'function' ? questions(version) : questions;
    // There and back: what was found for one request must not decide the next.
    for (const [path, template, method = 'GET'] of [...list, ...list.toReversed()]) {
      const [, route] = await ask(application, path, { method });
      expect([path, route]).toEqual([path, template]);
    }
    assertNothingConcrete(application);
  });

  test.each(SECRECY_CASES)('no part of the URL: $name', async ({ build, questions }) => {
    for (const [path] of typeof questions === 'function' ? questions(version) : questions) {
      const application = await start(version, build);
      const [, route] = await ask(application, path);
      expect(route).toMatch(/:id$|wild/);
      assertNothingConcrete(application);
    }
  });

  test('a router shared by two applications has the mount path of each', async () => {
    const router = version.express.Router().get('/:id', (_, response) => void response.end());
    const left = await start(version, (app) => app.use('/left', router));
    const right = await start(version, (app) => app.use('/right/:a', router));
    expect(await ask(left, '/left/zq1')).toEqual([200, '/left/:id']);
    expect(await ask(right, '/right/zq1/zq2')).toEqual([200, '/right/:a/:id']);
    expect(await ask(left, '/left/zq1')).toEqual([200, '/left/:id']);
  });
});

describe('two copies of Express in one process', () => {
  test('each is served by its own', async () => {
    const build: RouteCase['build'] = (app, { express }) =>
      app.use(
        '/mounted/:a',
        express.Router().get('/:id', (_, response) => void response.end()),
      );
    const applications = [];
    for (const version of VERSIONS) applications.push(await start(version, build));
    for (const application of [...applications, ...applications.toReversed()]) {
      expect(await ask(application, '/mounted/zq1/zq2')).toEqual([200, '/mounted/:a/:id']);
    }
  });

  test('an application of one, mounted on an application of the other', async () => {
    const [five, , four] = VERSIONS;
    for (const [outer, inner] of [
      [five, four],
      [four, five],
    ] as const) {
      const application = await start(outer, (app) => {
        const sub = inner.express();
        sub.use(
          '/items',
          inner.express.Router().get('/:id', (_, response) => void response.end()),
        );
        app.use('/sub/:a', sub);
      });
      expect(await ask(application, '/sub/zq1/items/zq2')).toEqual([200, '/sub/:a/items/:id']);
      assertNothingConcrete(application);
    }
  });
});
