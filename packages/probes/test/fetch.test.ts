import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { fetchPool } from '../src/undici.ts';
import { newObserver } from './pool-figures.ts';

// Apart from the other tests of undici, because importing the package puts its own dispatcher in the place of Node's.
const DISPATCHER = Symbol.for('undici.globalDispatcher.1');

describe('fetch', () => {
  let held: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    held.push(response);
  });
  let url = '';

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    held = [];
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function get(): Promise<void> {
    const response = await fetch(url);
    await response.text();
  }

  it('has no connections before its first request, and then those of Node.js', async () => {
    const observer = newObserver();
    observer.pool(fetch, { name: 'fetch' });
    expect(fetchPool.read(fetch)).toEqual({ used: 0, idle: 0, pending: 0 });
    const gets = [get(), get()];
    await vi.waitFor(() => expect(held).toHaveLength(2), 10_000);
    expect(fetchPool.read(fetch)).toEqual({ used: 2, idle: 0, pending: 0 });
    for (const response of held) response.end();
    await Promise.all(gets);
    await vi.waitFor(() => expect(fetchPool.read(fetch)).toEqual({ used: 0, idle: 2, pending: 0 }), 10_000);
  });

  it('is followed to another dispatcher', async () => {
    const { Agent, setGlobalDispatcher } = await import('undici');
    const agent = new Agent({ connections: 1 });
    setGlobalDispatcher(agent);
    const gets = [get(), get()];
    await vi.waitFor(() => expect(held).toHaveLength(1), 10_000);
    expect(fetchPool.read(fetch)).toEqual({ used: 1, idle: 0, pending: 1 });
    held.shift()!.end();
    await vi.waitFor(() => expect(held).toHaveLength(1), 10_000);
    held.shift()!.end();
    await Promise.all(gets);
  });

  it('is refused where its dispatcher tells nothing, and gives no figures where that comes later', async () => {
    const { EnvHttpProxyAgent, setGlobalDispatcher } = await import('undici');
    setGlobalDispatcher(new EnvHttpProxyAgent());
    expect(Reflect.get(globalThis, DISPATCHER)).toBeDefined();
    expect(() => newObserver().pool(fetch, { name: 'fetch' })).toThrow('pool of fetch');
    expect(() => fetchPool.read(fetch)).toThrow('tells no figures');
  });

  it('is no function that returns figures', () => {
    expect(fetchPool.matches(() => ({ used: 0, idle: 0, pending: 0 }))).toBe(false);
    expect(fetchPool.matches(fetch)).toBe(true);
  });
});
