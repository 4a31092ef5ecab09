import { getRequestListener } from '@hono/node-server';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { OutriderOptions } from '@outrider/core';
import { outrider as outriderExpress } from '@outrider/express';
import { outrider as outriderFastify } from '@outrider/fastify';
import { outrider as outriderHono } from '@outrider/hono';
import { outrider as outriderKoa } from '@outrider/koa';
import { outrider as outriderNode } from '@outrider/node';
import type { NodeServer } from '@outrider/node';
import express5 from 'express';
import express4 from 'express4';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import Koa3 from 'koa';
import Koa2 from 'koa2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import type { Transport } from '../framework.ts';
import { serve } from '../serve.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A framework that hands every request to one handler, by the raw response. */
export interface OddFramework {
  readonly name: string;
  readonly transport: Transport;
  /** @param options of the adapter; undefined for the bare application */
  create(options: OutriderOptions | undefined, handler: Handler): Promise<Server>;
}

/** Every framework whose raw response an application may use. */
export const ODD_FRAMEWORKS: readonly OddFramework[] = [
  ...(
    [
      ['node:http', 'http'],
      ['node:http2', 'h2c'],
    ] as const
  ).map<OddFramework>(([name, transport]) => ({
    name,
    transport,
    create: async (options, handler) => {
      const server = serve(transport, handler);
      return options === undefined ? server : outriderNode(server as Server & NodeServer, options);
    },
  })),
  ...(
    [
      ['Express 5', express5],
      ['Express 4', express4],
    ] as const
  ).map<OddFramework>(([name, express]) => ({
    name,
    transport: 'http',
    create: async (options, handler) => {
      const app = express();
      if (options !== undefined) app.use(outriderExpress(options));
      app.use((request, response) => handler(request, response));
      return serve('http', app);
    },
  })),
  ...(
    [
      ['Koa 3', Koa3],
      ['Koa 2', Koa2],
    ] as const
  ).map<OddFramework>(([name, Koa]) => ({
    name,
    transport: 'http',
    create: async (options, handler) => {
      const app = new Koa();
      app.silent = true;
      if (options !== undefined) app.use(outriderKoa(options));
      app.use((context) => {
        context.respond = false;
        handler(context.req, context.res);
      });
      return serve('http', app.callback());
    },
  })),
  {
    name: 'Fastify 5',
    transport: 'http',
    create: async (options, handler) => {
      const app = fastify();
      if (options !== undefined) await app.register(outriderFastify, options);
      // The body is the handler's to read.
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('*', (_request, _payload, done) => done(null));
      app.all('/*', (request, reply) => {
        reply.hijack();
        handler(request.raw, reply.raw);
      });
      await app.ready();
      return app.server;
    },
  },
  {
    name: 'Hono 4',
    transport: 'http',
    create: async (options, handler) => {
      const app = new Hono<{ Bindings: HttpBindings }>();
      if (options !== undefined) app.use(outriderHono(options));
      app.all('*', ({ env: { incoming, outgoing } }) => {
        handler(incoming, outgoing);
        return RESPONSE_ALREADY_SENT;
      });
      return serve('http', getRequestListener(app.fetch));
    },
  },
];
