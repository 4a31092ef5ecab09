import { Observer } from '@outrider/core';
import { outrider } from '@outrider/express';
import express from 'express';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An observer without push and timers, as no environment but `environment` shapes it. */
export function quietObserver(environment: Readonly<Record<string, string>> = {}): Observer {
  return new Observer({ environment, entryPoint: undefined, push: false, runtime: false });
}

/** An Express application that an observer watches, with one more handler at /metrics. */
export async function observedApp(
  observer: Observer,
  metrics?: express.RequestHandler,
): Promise<{ readonly url: string; close(): void }> {
  const app = express();
  app.use(outrider({ observer, exclude: ['/metrics'] }));
  app.get('/users/:id', (request, response) => void response.send(request.params.id));
  app.get('/broken', (_request, response) => void response.sendStatus(500));
  if (metrics !== undefined) app.use('/metrics', metrics);
  return listening(app.listen(0, '127.0.0.1'));
}

/** The address of a server, once it has one, and how to close it. */
export async function listening(server: Server): Promise<{ readonly url: string; close(): void }> {
  if (!server.listening) await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Asks for some paths, one after the other, and waits until the observer has counted every one of them. */
export async function ask(observer: Observer, url: string, paths: readonly string[]): Promise<void> {
  const before = ended(observer);
  for (const path of paths) await (await fetch(`${url}${path}`)).text();
  while (ended(observer) < before + paths.length) await new Promise((resolve) => setImmediate(resolve));
}

function ended(observer: Observer): number {
  let count = 0;
  let counting = false;
  observer.collect({
    metric: ({ name }) => (counting = name === 'http.server.request.outcomes'),
    number: (_attributes, value) => {
      if (counting) count += value;
    },
    histogram: () => undefined,
    exponential: () => undefined,
  });
  return count;
}
