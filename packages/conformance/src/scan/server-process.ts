import { Observer } from '@outrider/core';
import type { OutriderOptions } from '@outrider/core';
import { outrider as outriderExpress } from '@outrider/express';
import { outrider as outriderFastify } from '@outrider/fastify';
import express from 'express';
import { fastify } from 'fastify';
import type { Server } from 'node:net';
import { read } from '../readings.ts';
import { serve } from '../serve.ts';
import { serveParent } from '../soak/parent-process.ts';
import type { Report } from './report.ts';
import { RAW_PREFIX, ROUTES } from './routes.ts';

// The application that is scanned: many routes, and the option `route` misused.

const observer = new Observer({ push: false, runtime: false });
const options: OutriderOptions = {
  observer,
  route: ({ url }) => (url?.startsWith(RAW_PREFIX) ? url : undefined),
};

const CREATE: Readonly<Record<string, () => Promise<Server>>> = {
  Express: async () => {
    const app = express();
    app.disable('x-powered-by');
    app.use(outriderExpress(options));
    for (const route of ROUTES) app.get(route, (_, response) => void response.end());
    app.use((_, response) => void response.status(404).end());
    return serve('http', app);
  },
  Fastify: async () => {
    const app = fastify();
    await app.register(outriderFastify, options);
    for (const route of ROUTES) app.get(route, (_, reply) => reply.send());
    app.setNotFoundHandler((_, reply) => reply.code(404).send());
    await app.ready();
    return app.server;
  },
};

function report(heapUsed: number): Report {
  const counts: Record<string, number> = {};
  let [overflows, series, limit] = [0, 0, 0];
  for (const { metric, attributes, value } of read(observer)) {
    if (metric === 'http.server.request.duration') {
      const overflow = attributes['otel.metric.overflow'] === true;
      const route = overflow ? 'overflow' : String(attributes['http.route'] ?? 'unmatched');
      counts[route] = (counts[route] ?? 0) + value;
    } else if (metric === 'outrider.recorder.overflows' && attributes['reason'] === 'route') overflows = value;
    else if (metric === 'outrider.recorder.series') series = value;
    else if (metric === 'outrider.recorder.series.limit') limit = value;
  }
  return { counts, overflows, series, limit, heapUsed };
}

const create = CREATE[process.argv[2] ?? ''];
if (create === undefined) throw new Error(`there is no application ${process.argv[2]}`);
serveParent(await create(), report);
