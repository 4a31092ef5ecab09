import express from 'express';
import express4 from 'express4';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { quietObserver } from '../../conformance/src/quiet-observer.ts';
import { outrider } from '../src/index.ts';

async function warnings(
  build: (app: express.Express, middleware: ReturnType<typeof outrider>) => void,
  framework: typeof express,
): Promise<string[]> {
  const heard: string[] = [];
  const listener = ({ message }: Error): unknown => heard.push(message);
  process.on('warning', listener);
  const app = framework();
  build(app, outrider({ observer: quietObserver() }));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  for (let at = 0; at < 2; at++) await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/nowhere`);
  server.closeAllConnections();
  server.close();
  process.off('warning', listener);
  return heard.filter((message) => message.includes('Outrider'));
}

const answer: express.RequestHandler = (_, response) => void response.send('ok');

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_, framework) => {
  test('it is said once if all routes stand before it', async () => {
    const behind = await warnings((app, middleware) => {
      app.get('/users', answer);
      app.use(middleware);
    }, framework);
    expect(behind).toEqual([expect.stringMatching(/declared before app\.use\(outrider\(\)\)/)]);
    const router = await warnings((app, middleware) => {
      app.use('/api', framework.Router().get('/users', answer));
      app.use(middleware);
    }, framework);
    expect(router).toHaveLength(1);
  });

  test('a health check before it, or no route at all, is no mistake', async () => {
    const deliberate = await warnings((app, middleware) => {
      app.get('/healthz', answer);
      app.use(middleware);
      app.get('/users', answer);
    }, framework);
    expect(deliberate).toEqual([]);
    expect(await warnings((app, middleware) => app.use(middleware), framework)).toEqual([]);
  });
});
