import type { OutriderOptions } from '@outrider/core';
import { outrider } from '@outrider/node';
import { createReadStream } from 'node:fs';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import { RAW_ROUTES, RAW_UPLOADS } from '../behaviour.ts';
import type { RawHandler } from '../behaviours/raw-handler.ts';
import { BINARY, DOWNLOAD, TEXT } from '../bodies.ts';
import type { Framework, Transport } from '../framework.ts';
import { PlannedError, fail } from '../planned-error.ts';
import { serve } from '../serve.ts';
import { TEMPLATES } from '../templates.ts';

/** `node:http`. */
export const httpFramework: Framework = framework('node:http', 'http');

/** `node:https`. */
export const httpsFramework: Framework = framework('node:https', 'https');

/** `node:http2` without TLS. */
export const http2CleartextFramework: Framework = framework('node:http2 (h2c)', 'h2c');

/** `node:http2` with TLS. */
export const http2SecureFramework: Framework = framework('node:http2 (h2)', 'h2');

function framework(name: string, transport: Transport): Framework {
  return {
    name,
    family: 'Node.js',
    transport,
    templates: TEMPLATES,
    create: async (options) => create(transport, options),
  };
}

function create(transport: Transport, options: OutriderOptions | undefined): Server {
  const server = serve(transport, (request, response) => {
    const found = find(request);
    if (found === undefined) {
      response.writeHead(404).end('not found');
      return;
    }
    try {
      found.handle(request, response);
    } catch (error) {
      answerError(response, error);
    }
  });
  if (options === undefined) return server;
  return outrider(server as HttpServer, {
    ...options,
    route: (request) => options.route?.(request) ?? find(request)?.template,
  });
}

function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(error instanceof PlannedError ? error.status : 500).end('failed');
}

/** One row of the application's own table of routes: Node.js has no router. */
interface Row {
  readonly method: string;
  readonly template: string;
  readonly pattern: RegExp;
  readonly handle: RawHandler;
}

const ok: RawHandler = (_, response) => void response.end('ok');

const TABLE: readonly Row[] = [
  ...Object.entries(RAW_ROUTES).map(([path, handle]) => row('GET', path, handle)),
  ...Object.entries(RAW_UPLOADS).map(([path, handle]) => row('POST', path, handle)),
  row('GET', '/', ok),
  row('GET', '/users/me', ok),
  row('GET', '/users/:id', ok),
  row('POST', '/users/:id', (_, response) => void response.writeHead(201).end()),
  row('GET', '/shops/:shop/items', ok),
  row('GET', '/shops/:shop/items/:item', ok),
  row('GET', '/wild/*path', ok),
  row('OPTIONS', '/declared/:id', (_, response) => void response.writeHead(204).end()),
  row('GET', '/guarded/:id', (_, response) => void response.writeHead(401).end('who are you?')),
  row('GET', '/text', (_, response) => void response.end(TEXT)),
  row('GET', '/binary', (_, response) => void response.end(BINARY)),
  row('GET', '/pipe', (_, response) => void createReadStream(DOWNLOAD.path).pipe(response)),
  row('GET', '/download', (_, response) => {
    response.setHeader('Content-Disposition', 'attachment');
    createReadStream(DOWNLOAD.path).pipe(response);
  }),
  row('GET', '/redirect', (_, response) => void response.writeHead(302, { Location: '/users/me' }).end()),
  row('GET', '/thrown', fail),
  row('GET', '/handled', () => {
    throw new PlannedError(418);
  }),
  row('GET', '/rejected', (_, response) => {
    Promise.reject(new PlannedError()).catch((error: unknown) => answerError(response, error));
  }),
  row('GET', '/late-error', (_, response) => {
    response.write('first\n', () => answerError(response, new PlannedError()));
  }),
  row('GET', '/twice', (_, response) => void response.end('once').end()),
];

function row(method: string, template: string, handle: RawHandler): Row {
  const pattern = template.replace(/:\w+/g, '[^/]+').replace(/\*\w+/g, '.+');
  return { method, template, pattern: new RegExp(`^${pattern}$`), handle };
}

function find({ method, url = '' }: IncomingMessage): Row | undefined {
  const [path = ''] = url.split(/[?#]/, 1);
  const wanted = method === 'HEAD' ? 'GET' : method;
  return TABLE.find((one) => one.method === wanted && one.pattern.test(path));
}
