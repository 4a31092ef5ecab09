import { metrics } from '@opentelemetry/api';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { Observer, OutriderError } from '@outrider/core';
import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import http from 'node:http';
import https from 'node:https';
import { Agent, Pool, request } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CERTIFICATE } from '../../../conformance/src/certificate.ts';
import { watchOutgoing } from '../../src/index.ts';
import { active, durations, everything, readOutgoing } from './read-outgoing.ts';
import { closedPort, startServer } from './test-server.ts';
import type { TestServer } from './test-server.ts';

let server: TestServer;
let observer: Observer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.stop());

beforeEach(() => {
  observer = new Observer({ push: false, runtime: false });
});

async function call(path = '/ok'): Promise<void> {
  await (await fetch(`${server.origin}${path}`)).text();
}

function callNodeHttp(port = server.port, host = '127.0.0.1'): Promise<void> {
  return new Promise((resolve, reject) => {
    http
      .get(
        { host, port, path: '/ok', lookup: (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]) },
        (response) => response.resume().on('end', resolve),
      )
      .on('error', reject);
  });
}

describe('watchOutgoing', () => {
  it('counts a call once, however often it is called, and nothing once it is stopped', async () => {
    const stop = watchOutgoing({ observer });
    watchOutgoing({ observer });
    await call();
    expect(durations(observer)).toEqual({ [`GET 127.0.0.1:${server.port} 200`]: 1 });
    stop();
    stop();
    await call();
    expect(durations(observer)).toEqual({ [`GET 127.0.0.1:${server.port} 200`]: 1 });
    watchOutgoing({ observer });
    await call();
    expect(durations(observer)).toEqual({ [`GET 127.0.0.1:${server.port} 200`]: 2 });
    stop();
  });

  it('ends the calls that are under way as it is stopped, and then listens no more', async () => {
    const stop = watchOutgoing({ observer });
    const answered = call('/slow');
    await vi.waitFor(() => expect(active(observer)).toBe(1), 10_000);
    stop();
    expect(channel('undici:request:create').hasSubscribers).toBe(false);
    expect(channel('undici:request:trailers').hasSubscribers).toBe(true);
    await answered;
    expect(active(observer)).toBe(0);
    expect(durations(observer)).toEqual({ [`GET 127.0.0.1:${server.port} 200`]: 1 });
    for (const name of ['undici:request:trailers', 'http.client.request.error', 'http.client.response.finish']) {
      expect(channel(name).hasSubscribers).toBe(false);
    }
  });

  it('counts what it cannot read, and passes nothing on', () => {
    const stop = watchOutgoing({ observer });
    channel('undici:request:create').publish(null);
    expect(everything(observer)).toContain('"outrider.callback.errors",{"callback":"outgoing"},1');
    stop();
  });

  it('gives as many hosts series of their own as it may, and counts all others in one', async () => {
    const stop = watchOutgoing({ observer, maxHosts: 2 });
    for (const host of ['a.test', 'b.test', 'c.test', 'd.test', 'a.test', 'c.test'])
      await callNodeHttp(server.port, host);
    const expected = { [`GET a.test:${server.port} 200`]: 2, [`GET b.test:${server.port} 200`]: 1, overflow: 3 };
    expect(durations(observer)).toEqual(expected);
    expect(readOutgoing(observer, 'http.client.active_requests')).toEqual({
      [`GET a.test:${server.port}`]: 0,
      [`GET b.test:${server.port}`]: 0,
      overflow: 0,
    });
    stop();
  });

  it('has one overflowing series, be it for want of hosts or of budget', async () => {
    // A quarter of the budget is for what comes from outside.
    const small = new Observer({ push: false, runtime: false, seriesLimit: 8 });
    const stop = watchOutgoing({ observer: small, maxHosts: 3 });
    for (const host of ['a.test', 'b.test', 'c.test', 'd.test']) await callNodeHttp(server.port, host);
    expect(durations(small)).toEqual({ [`GET a.test:${server.port} 200`]: 1, overflow: 3 });
    stop();
  });

  it('rejects a limit that is none', () => {
    for (const maxHosts of [0, -1, 1.5, Number.NaN]) {
      expect(() => watchOutgoing({ observer, maxHosts })).toThrow(OutriderError);
    }
  });

  it('does nothing where the observer is off', async () => {
    const off = new Observer({ environment: { OTEL_SDK_DISABLED: 'true' } });
    const stop = watchOutgoing({ observer: off });
    expect(channel('undici:request:create').hasSubscribers).toBe(false);
    stop();
  });

  it('tells open connections, unless that is left out', async () => {
    await call();
    const stop = watchOutgoing({ observer });
    expect(everything(observer)).toContain('"http.client.pool.name":"https"');
    expect(everything(observer)).toContain('"http.client.pool.name":"http"');
    const without = new Observer({ push: false, runtime: false });
    const stopOther = watchOutgoing({ observer: without, connections: false });
    expect(everything(without)).not.toContain('http.client.pool.name');
    stop();
    stopOther();
  });

  it('sees node:https, whose port is 443 unless it is another', async () => {
    const secure = await startServer(https.createServer(CERTIFICATE));
    const stop = watchOutgoing({ observer });
    await new Promise<void>((resolve, reject) => {
      https
        .get(
          { host: '127.0.0.1', port: secure.port, path: '/ok', rejectUnauthorized: false, agent: false },
          (response) => response.resume().on('end', resolve),
        )
        .on('error', reject);
    });
    const refused = new Promise((resolve) => https.get('https://127.0.0.1/').on('error', resolve));
    const untrusted = new Promise((resolve) => https.get(`https://127.0.0.1:${secure.port}/`).on('error', resolve));
    await Promise.all([refused, untrusted]);
    expect(durations(observer)).toEqual({
      [`GET 127.0.0.1:${secure.port} 200`]: 1,
      'GET 127.0.0.1:443 ECONNREFUSED': 1,
      [`GET 127.0.0.1:${secure.port} DEPTH_ZERO_SELF_SIGNED_CERT`]: 1,
    });
    stop();
    await secure.stop();
  });

  it('attributes a call to the request it is made for, until its answer has been received', async () => {
    const waits: string[] = [];
    vi.spyOn(observer.attribution, 'begin').mockImplementation((kind) => {
      waits.push(`begin ${kind}`);
      return { end: () => waits.push('end') };
    });
    const stop = watchOutgoing({ observer });
    const calling = callNodeHttp();
    // At once, where the caller is.
    expect(waits).toEqual(['begin outgoing']);
    await calling;
    await expect(fetch(`http://127.0.0.1:${await closedPort()}/`)).rejects.toThrow('fetch failed');
    expect(waits).toEqual(['begin outgoing', 'end', 'begin outgoing', 'end']);
    stop();
  });

  it('attributes a call that waited for a connection of undici to the one who made it', async () => {
    const caller = new AsyncLocalStorage<number>();
    const callers: unknown[] = [];
    vi.spyOn(observer.attribution, 'begin').mockImplementation(() => void callers.push(caller.getStore()));
    const stop = watchOutgoing({ observer });
    const pool = new Pool(server.origin, { connections: 1 });
    const calling = [1, 2, 3].map((number) =>
      caller.run(number, async () => (await pool.request({ path: '/slow', method: 'GET' })).body.dump()),
    );
    await Promise.all(calling);
    expect(callers).toEqual([1, 2, 3]);
    stop();
    await pool.close();
  });
});

describe('beside OpenTelemetry', () => {
  let provider: MeterProvider;
  let instrumentation: UndiciInstrumentation;

  beforeEach(() => {
    const exporter: PushMetricExporter = {
      export: (_, done) => done({ code: 0 }),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    provider = new MeterProvider({ readers: [reader] });
    metrics.setGlobalMeterProvider(provider);
    instrumentation = new UndiciInstrumentation();
    instrumentation.setMeterProvider(provider);
  });

  afterEach(async () => {
    instrumentation.disable();
    metrics.disable();
    await provider.shutdown();
  });

  it('leaves the duration of what instrumentation-undici covers out, with one warning, and no more', async () => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const stop = watchOutgoing({ observer });
    await call();
    await call();
    await callNodeHttp();
    expect(durations(observer)).toEqual({ [`GET 127.0.0.1:${server.port} 200`]: 1 });
    expect(readOutgoing(observer, 'http.client.active_requests')).toEqual({ [`GET 127.0.0.1:${server.port}`]: 0 });
    expect(emitWarning).toHaveBeenCalledTimes(1);
    expect(emitWarning).toHaveBeenCalledWith(expect.stringContaining('instrumentation-undici'), 'OutriderWarning');
    stop();
    emitWarning.mockRestore();
  });
});

describe('a secret', () => {
  it('in userinfo, path, query, header, body, reason or a name that is no host is told nowhere', async () => {
    const stop = watchOutgoing({ observer, connections: false });
    const headers = { authorization: 'Bearer SECRET', 'x-key': 'SECRET', cookie: 'SECRET=SECRET' };
    const path = '/ok/SECRET?token=SECRET#SECRET';
    const dispatcher = new Agent();
    const controller = new AbortController();
    await Promise.all(
      [
        fetch(`${server.origin}${path}`, { headers, method: 'POST', body: 'SECRET' }).then((answer) => answer.text()),
        request(`http://SECRET:SECRET@127.0.0.1:${server.port}${path}`, { headers, dispatcher }).then(({ body }) =>
          body.text(),
        ),
        request(new URL(`http://SECRET:SECRET@127.0.0.1:${server.port}${path}`)).then(
          ({ body }) => body.text(),
          () => {},
        ),
        new Promise((resolve) =>
          http.get(`http://SECRET:SECRET@127.0.0.1:${server.port}${path}`, { headers }, (answer) =>
            answer.resume().on('end', resolve),
          ),
        ),
        new Promise((resolve) => http.get({ host: 'SECRET@127.0.0.1', port: 1, path }).on('error', resolve)),
        new Promise((resolve) => http.get({ host: 'user:SECRET@127.0.0.1', port: 1, path }).on('error', resolve)),
        fetch(`${server.origin}/silent?SECRET`, { signal: controller.signal }).catch(() => {}),
        fetch(`${server.origin}/silent`, { signal: AbortSignal.timeout(50) }).catch(() => {}),
      ].concat(controller.abort(Object.assign(new Error('SECRET'), { code: 'a SECRET', name: 'the SECRET' })) ?? []),
    );
    await vi.waitFor(() => expect(active(observer)).toBe(0), 10_000);
    expect(Object.values(durations(observer)).reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(7);
    expect(everything(observer)).not.toMatch(/SECRET/i);
    stop();
    await dispatcher.close();
  });
});
