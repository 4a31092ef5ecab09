import { Observer } from '@outrider/core';
import { Agent, request } from 'node:http';
import type { RequestOptions } from 'node:http';
import { Agent as UndiciAgent, request as undiciRequest } from 'undici';
import { expect, it, vi } from 'vitest';
import { watchOutgoing } from '../../src/outgoing/watch-outgoing.ts';
import { active, durations } from './read-outgoing.ts';
import { closedPort, startServer } from './test-server.ts';

const ROUNDS = 150;
const AT_ONCE = 10;

it('counts some thousand mixed calls exactly, and none is left active', async () => {
  const server = await startServer();
  const refusing = await closedPort();
  const observer = new Observer({ push: false, runtime: false });
  const stop = watchOutgoing({ observer });
  const agent = new Agent({ keepAlive: true });
  const dispatcher = new UndiciAgent();
  const expected = new Map<string, number>();

  function expectCall(ending: string, port = server.port): void {
    const key = `GET 127.0.0.1:${port} ${ending}`;
    expected.set(key, (expected.get(key) ?? 0) + 1);
  }

  function viaHttp(path: string, options: RequestOptions = {}, destroyed?: 'request' | 'response'): Promise<unknown> {
    return new Promise((resolve) => {
      const sent = request({ host: '127.0.0.1', port: server.port, path: `/${path}`, agent, ...options });
      sent.on('error', resolve).on('close', resolve);
      sent.on('timeout', () => sent.destroy());
      sent.on('response', (response) => {
        response.on('error', () => {});
        if (destroyed === 'response') response.destroy();
        else response.resume();
        if (path === 'stuck') sent.setTimeout(40);
      });
      sent.end();
      if (destroyed === 'request') setImmediate(() => sent.destroy());
    });
  }

  async function viaFetch(path: string, options: RequestInit = {}, port = server.port): Promise<void> {
    await (await fetch(`http://127.0.0.1:${port}/${path}`, options)).text();
  }

  async function viaUndici(path: string): Promise<void> {
    await (await undiciRequest(`${server.origin}/${path}`, { dispatcher })).body.dump();
  }

  async function viaFetchAborted(): Promise<void> {
    const controller = new AbortController();
    const answer = await fetch(`${server.origin}/stuck`, { signal: controller.signal });
    controller.abort();
    await answer.text();
  }

  const calls: ReadonlyArray<readonly [string, () => Promise<unknown>, number?]> = [
    ['200', () => viaHttp('ok')],
    ['200', () => viaFetch('ok')],
    ['200', () => viaUndici('ok')],
    ['404 404', () => viaHttp('missing')],
    ['404 404', () => viaFetch('missing')],
    ['500 500', () => viaHttp('failing')],
    ['500 500', () => viaUndici('failing')],
    ['200', () => viaHttp('slow')],
    ['200', () => viaFetch('slow')],
    ['200', () => viaHttp('brief')],
    ['ECONNREFUSED', () => viaHttp('ok', { port: refusing }), refusing],
    ['ECONNREFUSED', () => viaFetch('ok', {}, refusing), refusing],
    ['ECONNRESET', () => viaHttp('reset')],
    ['200 ECONNRESET', () => viaHttp('cut')],
    ['200 UND_ERR_SOCKET', () => viaFetch('cut')],
    ['timeout', () => viaHttp('silent', { timeout: 40 })],
    ['200 timeout', () => viaHttp('stuck')],
    ['timeout', () => viaHttp('silent', { signal: AbortSignal.timeout(40) })],
    // Long enough to have a connection: see watchUndici.
    ['timeout', () => viaFetch('silent', { signal: AbortSignal.timeout(1000) })],
    ['aborted', () => viaHttp('silent', {}, 'request')],
    ['200 aborted', () => viaHttp('large', {}, 'response')],
    ['200 aborted', viaFetchAborted],
    ['200', () => fetch(`${server.origin}/ok`)],
  ];

  async function round(): Promise<void> {
    await Promise.all(
      calls.map(([ending, call, port]) => {
        expectCall(ending, port);
        return call().catch(() => {});
      }),
    );
  }

  for (let done = 0; done < ROUNDS; done += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, round));
  agent.destroy();
  await vi.waitFor(() => expect(active(observer)).toBe(0), { timeout: 10_000 });

  expect(durations(observer)).toEqual(Object.fromEntries(expected));
  expect(calls.length * ROUNDS).toBeGreaterThanOrEqual(3000);
  stop();
  await dispatcher.close();
  await server.stop();
}, 60_000);
