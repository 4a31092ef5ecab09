import { once } from 'node:events';
import { Agent, createServer, globalAgent, request } from 'node:http';
import type { AgentOptions, IncomingMessage, ServerResponse } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readMetric } from '../../conformance/src/readings.ts';
import { httpAgent } from '../src/http-agent.ts';
import { newObserver } from './pool-figures.ts';

describe('an http.Agent', () => {
  let held: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    held.push(response);
  });
  let agent: Agent;
  let port = 0;

  beforeEach(async () => {
    held = [];
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });

  afterEach(async () => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function get(host: string): Promise<void> {
    const sent = request({ host, port, agent }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
  }

  function newAgent(options: AgentOptions): Agent {
    agent = new Agent({ keepAlive: true, ...options });
    return agent;
  }

  it('shows saturation, and rest after it, of all origins together', async () => {
    newAgent({ maxSockets: 2, maxTotalSockets: 3 });
    const gets = ['127.0.0.1', '127.0.0.1', '127.0.0.1', 'localhost'].map(get);
    await vi.waitFor(() => expect(held).toHaveLength(3), 10_000);
    expect(httpAgent.read(agent)).toEqual({ used: 3, idle: 0, pending: 1, limit: 3 });

    for (const response of held.splice(0)) response.end();
    await vi.waitFor(() => expect(held).toHaveLength(1), 10_000);
    held[0]!.end();
    await Promise.all(gets);
    await vi.waitFor(() => expect(httpAgent.read(agent)).toMatchObject({ used: 0, pending: 0 }), 10_000);
    expect(httpAgent.read(agent)!.idle).toBeGreaterThan(0);
  });

  it('has no limit where there is none for all origins', () => {
    expect(httpAgent.read(newAgent({ maxSockets: 2 }))).toEqual({ used: 0, idle: 0, pending: 0, limit: undefined });
  });

  it('is told as connections of an HTTP client, without the addresses', async () => {
    const observer = newObserver();
    observer.pool(newAgent({ maxTotalSockets: 3 }), { name: 'partners' });
    const got = get('127.0.0.1');
    await vi.waitFor(() => expect(held).toHaveLength(1), 10_000);
    const pool = { 'http.client.pool.name': 'partners' };
    expect(readMetric(observer, 'http.client.open_connections')).toMatchObject([
      { attributes: { ...pool, 'http.connection.state': 'active' }, value: 1 },
      { attributes: { ...pool, 'http.connection.state': 'idle' }, value: 0 },
    ]);
    expect(readMetric(observer, 'http.client.connection.limit')).toMatchObject([{ attributes: pool, value: 3 }]);
    expect(readMetric(observer, 'db.client.connection.count')).toEqual([]);
    held[0]!.end();
    await got;
  });

  it('is any agent of node:http and node:https, and has no times', () => {
    newAgent({});
    for (const other of [globalAgent, new HttpsAgent()]) expect(httpAgent.matches(other)).toBe(true);
    expect(httpAgent.matches(server)).toBe(false);
    expect(() => newObserver().pool(agent, { name: 'partners', timings: true })).toThrow('http.Agent does not tell');
  });
});
