import type { Observer, OutriderOptions } from '@outrider/core';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';
import { createSecureServer, createServer as createCleartextServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { CERTIFICATE } from '../../conformance/src/certificate.ts';
import { outcomesOf } from '../../conformance/src/expectations.ts';
import { quietObserver } from '../../conformance/src/quiet-observer.ts';
import { readMetric, total } from '../../conformance/src/readings.ts';
import { until } from '../../conformance/src/until.ts';
import { outrider } from '../src/index.ts';

/** The ways to serve requests; `h2` also takes HTTP/1.1. */
export const TRANSPORTS = ['http', 'https', 'h2c', 'h2'] as const;

export type Transport = (typeof TRANSPORTS)[number];

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of its own, without listeners. */
export function serverOf(transport: Transport, options: ServerOptions = {}): Server {
  if (transport === 'http') return createServer(options);
  if (transport === 'https') return createHttpsServer({ ...options, ...CERTIFICATE });
  return transport === 'h2c' ? createCleartextServer() : createSecureServer({ ...CERTIFICATE, allowHTTP1: true });
}

/** A measured server that listens until the test is over. */
export class Started {
  readonly server: Server;
  readonly observer: Observer;
  /** The sockets as the kernel has them, below TLS. */
  readonly sockets = new Set<Socket>();

  constructor(server: Server, observer: Observer) {
    this.server = server;
    this.observer = observer;
    server.on('connection', (socket) => this.sockets.add(socket));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many requests ended, by outcome. */
  get outcomes(): Record<string, number> {
    return outcomesOf(this.observer);
  }

  get active(): number {
    return total(this.observer, 'http.server.active_requests');
  }

  /** The statuses of the latency histogram, `undefined` for what got none. */
  get statuses(): unknown[] {
    return readMetric(this.observer, 'http.server.request.duration').map(
      ({ attributes }) => attributes['http.response.status_code'],
    );
  }

  /** Waits until so many requests have ended and none is under way. */
  async ended(count = 1): Promise<void> {
    await until(
      () => total(this.observer, 'http.server.request.outcomes') >= count && this.active === 0,
      () => `${count} requests ended: ${JSON.stringify(this.outcomes)}, ${this.active} active`,
    );
  }

  async listen(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await new Promise((resolve) => this.server.once('listening', resolve));
    onTestFinished(async () => {
      const closed = new Promise((resolve) => this.server.close(resolve));
      for (const socket of this.sockets) socket.destroy();
      await closed;
    });
    return this;
  }
}

/** Starts a measured server with one `request` listener. */
export async function start(
  transport: Transport,
  handler: Handler,
  { server = {}, ...options }: OutriderOptions & { readonly server?: ServerOptions } = {},
): Promise<Started> {
  const observer = quietObserver();
  const started = new Started(serverOf(transport, server), observer);
  started.server.on('request', handler);
  outrider(started.server as ReturnType<typeof createServer>, { observer, ...options });
  return started.listen();
}
