import { Observer } from '@outrider/core';
import type { OutriderOptions } from '@outrider/core';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Framework } from './framework.ts';

/** One framework's application, running. */
export interface Application {
  readonly framework: Framework;
  readonly port: number;
  readonly url: string;
  readonly observer: Observer;
  /** Requests that reached the server, counted beside the middleware. */
  received(): number;
  close(): Promise<void>;
}

/** Starts a framework's application on a free loopback port, with an observer of its own that pushes nowhere. */
export async function startApplication(framework: Framework, options: OutriderOptions = {}): Promise<Application> {
  const observer =
    options.observer ?? new Observer({ environment: {}, entryPoint: undefined, push: false, runtime: false });
  const server = createServer(framework.build({ ...options, observer }));
  let received = 0;
  server.on('request', () => received++);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    framework,
    port,
    url: `http://127.0.0.1:${port}`,
    observer,
    received: () => received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
