import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, BalancedPool, Client, Dispatcher1Wrapper, EnvHttpProxyAgent, Pool, request } from 'undici';
import type { Dispatcher } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readMetric } from '../../conformance/src/readings.ts';
import { undiciPool } from '../src/undici.ts';
import { newObserver } from './pool-figures.ts';

let held: ServerResponse[] = [];
const servers = [createServer(), createServer()];
const origins: string[] = [];

beforeAll(async () => {
  for (const server of servers) {
    server.on('request', (_request, response: ServerResponse) => held.push(response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origins.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
});

afterEach(() => {
  held = [];
});

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

async function get(dispatcher: Dispatcher, at: number): Promise<void> {
  const { body } = await request(origins[at]!, { dispatcher });
  await body.dump();
}

describe('an undici', () => {
  it('Agent shows saturation, and rest after it, of all origins together', async () => {
    const agent = new Agent({ connections: 2 });
    expect(undiciPool.matches(agent)).toBe(true);
    expect(undiciPool.read(agent)).toEqual({ used: 0, idle: 0, pending: 0 });
    const gets = [0, 0, 0, 0, 1].map(async (at) => get(agent, at));
    await vi.waitFor(() => expect(held).toHaveLength(3), 10_000);
    expect(undiciPool.read(agent)).toEqual({ used: 3, idle: 0, pending: 2 });

    for (const response of held.splice(0)) response.end();
    await vi.waitFor(() => expect(held).toHaveLength(2), 10_000);
    expect(undiciPool.read(agent)).toEqual({ used: 2, idle: 1, pending: 0 });
    for (const response of held) response.end();
    await Promise.all(gets);
    expect(undiciPool.read(agent)).toEqual({ used: 0, idle: 3, pending: 0 });

    await agent.close();
    expect(undiciPool.read(agent)).toBeUndefined();
  });

  it('Pool and BalancedPool show connections that are idle, whether or not they take one more request', async () => {
    for (const pool of [
      new Pool(origins[0]!, { connections: 2 }),
      new BalancedPool([origins[0]!], { connections: 2 }),
    ]) {
      const gets = [get(pool, 0), get(pool, 0)];
      await vi.waitFor(() => expect(held).toHaveLength(2), 10_000);
      held.shift()!.end();
      await vi.waitFor(() => expect(undiciPool.read(pool)).toEqual({ used: 1, idle: 1, pending: 0 }), 10_000);
      held.shift()!.end();
      await Promise.all(gets);
      expect(undiciPool.read(pool)).toEqual({ used: 0, idle: 2, pending: 0 });
      await pool.close();
    }
  });

  it('Client has one connection at the most', async () => {
    const client = new Client(origins[0]!);
    expect(undiciPool.read(client)).toEqual({ used: 0, idle: 0, pending: 0, limit: 1 });
    const gets = [get(client, 0), get(client, 0)];
    await vi.waitFor(() => expect(held).toHaveLength(1), 10_000);
    expect(undiciPool.read(client)).toEqual({ used: 1, idle: 0, pending: 1, limit: 1 });
    held.shift()!.end();
    await vi.waitFor(() => expect(held).toHaveLength(1), 10_000);
    held.shift()!.end();
    await Promise.all(gets);
    expect(undiciPool.read(client)).toEqual({ used: 0, idle: 1, pending: 0, limit: 1 });
    await client.close();
  });

  it('of another kind is refused, and so are times', async () => {
    const observer = newObserver();
    const agent = new Agent();
    for (const other of [new Dispatcher1Wrapper(agent), new EnvHttpProxyAgent()]) {
      expect(() => observer.pool(other, { name: 'partners' })).toThrow('undici (Agent, Pool, Client)');
    }
    expect(() => observer.pool(agent, { name: 'partners', timings: true })).toThrow('does not tell');
  });

  it('is told as connections of an HTTP client, without its origins', async () => {
    const observer = newObserver();
    const agent = new Agent();
    observer.pool(agent, { name: 'partners' });
    const got = get(agent, 0);
    await vi.waitFor(() => expect(held).toHaveLength(1), 10_000);
    const pool = { 'http.client.pool.name': 'partners' };
    expect(readMetric(observer, 'http.client.open_connections').map(({ attributes }) => attributes)).toEqual([
      { ...pool, 'http.connection.state': 'active' },
      { ...pool, 'http.connection.state': 'idle' },
    ]);
    expect(readMetric(observer, 'http.client.pending_requests')).toMatchObject([{ attributes: pool, value: 0 }]);
    held[0]!.end();
    await got;
    await agent.close();
  });
});
