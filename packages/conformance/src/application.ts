import type { Observer, OutriderOptions } from '@outrider/core';
import type { Server } from 'node:net';
import { clientOf } from './client/client.ts';
import type { Answer, Connected, Leave, RequestOptions } from './client/client.ts';
import type { Framework, Transport } from './framework.ts';
import { listen } from './listen.ts';
import { quietObserver } from './quiet-observer.ts';
import { hasReached } from './reached.ts';
import { until } from './until.ts';

/** One framework's application, running. */
export interface Application {
  readonly transport: Transport;
  readonly port: number;
  /** Scheme, host and port. */
  readonly url: string;
  readonly server: Server;
  readonly observer: Observer;
  /** Requests that reached the server, counted beside the middleware. */
  received(): number;
  /** Has upgrades counted among them, too. Not from the start: a server that listens for them treats requests otherwise. */
  receiveUpgrades(): void;
  /** Waits until so many requests were received, and the last of them says that it has reached its handler. */
  reached(count: number): Promise<void>;
  /**
   * Sends a request on a connection of its own and reads the answer to its end.
   *
   * @param target the request target as it is sent: nothing of it is normalized
   */
  send(target: string, options?: RequestOptions): Promise<Answer>;
  /** Sends a request and leaves: when it has reached its handler, or when the first bytes of the answer are in. */
  leave(target: string, how: Leave): Promise<void>;
  /** A connection that stays. On HTTP/1 its requests wait for each other. */
  connect(): Connected;
  /** Closes the server and destroys its connections. */
  close(): Promise<void>;
}

/** Starts a framework's application on a free loopback port, with an observer of its own that pushes nowhere. */
export async function startApplication(
  { transport, create }: Pick<Framework, 'transport' | 'create'>,
  options: OutriderOptions = {},
): Promise<Application> {
  const observer = options.observer ?? quietObserver();
  const server = await create({ ...options, observer });
  let received = 0;
  let latest: object | undefined;
  server.on('request', (request: object) => {
    received++;
    latest = request;
  });
  const { port, close } = await listen(server);
  const client = clientOf(transport, port);
  const reached = (count: number): Promise<void> =>
    until(() => received >= count && hasReached(latest), `${count} requests reached their handlers`);
  return {
    transport,
    port,
    url: `${transport === 'http' || transport === 'h2c' ? 'http' : 'https'}://127.0.0.1:${port}`,
    server,
    observer,
    received: () => received,
    receiveUpgrades: () => void server.on('upgrade', () => received++),
    reached,
    send: (target, request) => client.send(target, request),
    connect: () => client.connect(),
    leave: (target, how) => {
      const next = received + 1;
      return client.leave(target, how, () => reached(next));
    },
    close,
  };
}
