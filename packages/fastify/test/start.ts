import type { OutriderOptions } from '@outrider/core';
import fastify from 'fastify';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { onTestFinished } from 'vitest';
import { startApplication } from '../../conformance/src/application.ts';
import type { Application } from '../../conformance/src/application.ts';
import { outrider } from '../src/index.ts';

export interface Setup {
  readonly server?: FastifyServerOptions;
  readonly options?: OutriderOptions;
  /** Where the plugin is registered; default first, on the outermost instance. */
  readonly register?: (app: FastifyInstance, options: OutriderOptions) => void;
}

/** Starts an application on a free port; it is closed after the test. */
export async function start(
  build: (app: FastifyInstance, options: OutriderOptions) => void,
  { server = {}, options = {}, register = (app, given) => void app.register(outrider, given) }: Setup = {},
): Promise<Application> {
  const application = await startApplication(
    {
      transport: 'http',
      create: async (given) => {
        const app = fastify(server);
        register(app, given ?? {});
        build(app, given ?? {});
        await app.ready();
        return app.server;
      },
    },
    options,
  );
  onTestFinished(() => application.close());
  return application;
}
