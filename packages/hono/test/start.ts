import type { OutriderOptions } from '@outrider/core';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import type { Server } from 'node:http';
import { onTestFinished } from 'vitest';
import { startApplication } from '../../conformance/src/application.ts';
import type { Application } from '../../conformance/src/application.ts';
import { outrider } from '../src/index.ts';

/** Starts an application on a free port, with the middleware first; it is closed after the test. */
export async function start(
  build: (app: Hono) => void,
  options: OutriderOptions = {},
  app: Hono = new Hono(),
): Promise<Application> {
  const application = await startApplication(
    {
      transport: 'http',
      create: async (given) => {
        app.use(outrider(given));
        build(app);
        return createAdaptorServer({ fetch: app.fetch }) as Server;
      },
    },
    options,
  );
  onTestFinished(() => application.close());
  return application;
}
