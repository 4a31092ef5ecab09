import type { OutriderOptions } from '@outrider/core';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { Server } from 'node:http';
import { afterEach } from 'vitest';
import { startApplication } from '../../conformance/src/application.ts';
import type { Application } from '../../conformance/src/application.ts';
import { allEnded } from '../../conformance/src/ended.ts';
import { read, readMetric } from '../../conformance/src/readings.ts';
import { outrider } from '../src/index.ts';

const running: Application[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((application) => application.close()));
});

/** Starts an application on a free port, with the middleware first; it is closed after the test. */
export async function start(build: (app: Hono) => void, options: OutriderOptions = {}): Promise<Application> {
  const application = await startApplication(
    {
      transport: 'http',
      create: async (given) => {
        const app = new Hono();
        app.use(outrider(given));
        build(app);
        return createAdaptorServer({ fetch: app.fetch }) as Server;
      },
    },
    options,
  );
  running.push(application);
  return application;
}

/** How often each route was recorded; undefined stands for requests that no route matched. */
function counts({ observer }: Pick<Application, 'observer'>): Map<unknown, number> {
  const byRoute = new Map<unknown, number>();
  for (const { attributes, value } of readMetric(observer, 'http.server.request.duration')) {
    const route = attributes['http.route'];
    byRoute.set(route, (byRoute.get(route) ?? 0) + value);
  }
  return byRoute;
}

/** Asks, and tells the status and the route label of the one series that it was recorded under. */
export async function ask(
  application: Application,
  target: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<[number, unknown]> {
  const before = counts(application);
  const { status } = await application.send(target, options);
  await allEnded(application);
  const grown = [...counts(application)].filter(([route, count]) => count !== (before.get(route) ?? 0));
  if (grown.length !== 1) throw new Error(`${target} was recorded under ${grown.length} routes`);
  return [status, grown.map(([route]) => route).at(0)];
}

/** The label values that hold what a parameter was given: every such value begins with `zq`. */
export function rawValues({ observer }: Application): string[] {
  const labels = read(observer).flatMap(({ attributes }) => Object.values(attributes).map(String));
  return labels.filter((label) => label.includes('zq'));
}
