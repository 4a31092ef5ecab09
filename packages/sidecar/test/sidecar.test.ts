import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SidecarConfig } from '../src/config.ts';
import { loadConfig } from '../src/config.ts';
import { startSidecar } from '../src/sidecar.ts';
import type { Sidecar } from '../src/sidecar.ts';

let folder: string;
let running: Sidecar[];
let log: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-sidecar-'));
  running = [];
  log = [];
});

afterEach(async () => {
  await Promise.all(running.map((sidecar) => sidecar.close()));
  rmSync(folder, { recursive: true });
});

async function start(flags: Readonly<Record<string, string>> = {}): Promise<Sidecar> {
  const sidecar = await startSidecar(configuration(flags), {
    log: (level, message, fields) => log.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
  });
  running.push(sidecar);
  return sidecar;
}

function configuration(flags: Readonly<Record<string, string>>): SidecarConfig {
  return loadConfig({
    flags: {
      'otlp-listen': '127.0.0.1:0',
      'metrics-listen': '127.0.0.1:0',
      'otlp-socket': join(folder, 'otlp.sock'),
      instance: 'test-host',
      // One round at the start and none after, so that nothing changes on its own.
      interval: '10m',
      ...flags,
    },
  });
}

async function get(sidecar: Sidecar, path: string): Promise<{ readonly status: number; readonly body: string }> {
  const response = await fetch(sidecar.addresses.metrics + path);
  return { status: response.status, body: await response.text() };
}

async function untilReady(sidecar: Sidecar): Promise<void> {
  await vi.waitFor(async () => expect(await get(sidecar, '/readyz')).toEqual({ status: 200, body: 'ready\n' }), 10_000);
}

/** One line of the exposition. */
async function sample(sidecar: Sidecar, series: string): Promise<string | undefined> {
  const { body } = await get(sidecar, '/metrics');
  return body
    .split('\n')
    .find((line) => line.startsWith(`${series} `))
    ?.slice(series.length + 1);
}

/** A push as OTLP/JSON: one counter, and one gauge. */
function push(instance: string, calls: number, resource: Readonly<Record<string, string | boolean>> = {}): string {
  const attributes = Object.entries({ 'service.name': 'shop', 'service.instance.id': instance, ...resource }).map(
    ([key, value]) => ({ key, value: typeof value === 'string' ? { stringValue: value } : { boolValue: value } }),
  );
  const point = { timeUnixNano: '1', startTimeUnixNano: '1' };
  const metrics = [
    {
      name: 'calls',
      sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...point, asInt: String(calls) }] },
    },
    { name: 'process.uptime', unit: 's', gauge: { dataPoints: [{ ...point, asDouble: 1.5 }] } },
  ];
  return JSON.stringify({ resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics }] }] });
}

async function send(options: RequestOptions, body: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const req = request({ ...options, path: '/v1/metrics', method: 'POST', headers, agent: false });
  req.end(body);
  const [res] = await once(req, 'response');
  return { status: res.statusCode, ...((await json(res)) as object) };
}

function overTcp(sidecar: Sidecar, body: string): Promise<unknown> {
  const { hostname, port } = new URL(sidecar.addresses.otlp);
  return send({ host: hostname, port }, body);
}

const CALLS = 'calls_total{instance="test-host",job="shop",worker="0"}';

describe('a sidecar', () => {
  it('shows what came over TCP and over the socket, beside the host', async () => {
    const sidecar = await start();
    expect(await overTcp(sidecar, push('a', 7))).toEqual({ status: 200 });
    expect(await send({ socketPath: sidecar.addresses.socket }, push('b', 9))).toEqual({ status: 200 });
    await untilReady(sidecar);
    const { body } = await get(sidecar, '/metrics');
    expect(body).toContain(`${CALLS} 7\n`);
    expect(body).toContain('calls_total{instance="test-host",job="shop",worker="1"} 9\n');
    expect(body).toMatch(/^system_memory_utilization_ratio 0\.\d+$/m);
    const api = JSON.parse((await get(sidecar, '/api/v1/metrics')).body);
    expect(api.runtime).toMatchObject({ workers: 2, uptime_seconds: 1.5 });
    expect(api.system.memory_percent).toBeGreaterThan(0);
    expect(Object.values(api.system).slice(0, 6)).not.toContain(null);
  });

  it('says where it is and that it is ready', async () => {
    const sidecar = await start();
    expect(sidecar.addresses.socket).toBe(join(folder, 'otlp.sock'));
    expect(sidecar.addresses.otlp).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    await untilReady(sidecar);
    expect(log).toEqual([
      `info listening {"for":"OTLP listener","at":"${sidecar.addresses.otlp}"}`,
      `info listening {"for":"metrics listener","at":"${sidecar.addresses.metrics}"}`,
      `info listening {"for":"OTLP socket","at":"${sidecar.addresses.socket}"}`,
      'info ready {}',
    ]);
  });

  it('says once of a sender that is wrong here what it sends', async () => {
    const sidecar = await start();
    const headers = { 'content-type': 'application/json' };
    for (const path of ['/v1/traces', '/v1/logs', '/v1/traces']) {
      expect((await fetch(sidecar.addresses.otlp + path, { method: 'POST', headers, body: '{}' })).status).toBe(404);
    }
    for (let i = 0; i < 2; i += 1) {
      const { hostname, port } = new URL(sidecar.addresses.otlp);
      // What an HTTP/2 connection, and so gRPC, begins with.
      const overGrpc = connect(Number(port), hostname).end('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
      await once(overGrpc.resume(), 'close');
    }
    expect(log.filter((line) => line.startsWith('warn'))).toEqual([
      'warn only metrics are taken here {"path":"/v1/traces"}',
      'warn only metrics are taken here {"path":"/v1/logs"}',
      'warn OTLP/gRPC came where OTLP/HTTP is expected {"at":"otlp.listen"}',
    ]);
  });

  it.each([
    ['false', 'calls_total{instance="test-host",job="shop",worker="0"} 1'],
    ['true', 'calls_total{instance="test-host",job="shop",otel_scope_name="lib",worker="0"} 1'],
  ])('has labels of the scope if it is told so: %s', async (scopeLabels, line) => {
    const sidecar = await start({ 'otlp-scope-labels': scopeLabels });
    const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ asInt: '1' }] };
    const scopeMetrics = [{ scope: { name: 'lib' }, metrics: [{ name: 'calls', sum }] }];
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
    const body = JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics }] });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${sidecar.addresses.otlp}/v1/metrics`, { method: 'POST', headers, body });
    expect((await get(sidecar, '/metrics')).body.split('\n')).toContain(line);
  });

  it('does without a socket', async () => {
    const sidecar = await start({ 'otlp-socket': 'false' });
    expect(sidecar.addresses.socket).toBeUndefined();
    await untilReady(sidecar);
  });

  it('gives the series of a process that ended to the one that follows, which counts on from there', async () => {
    const sidecar = await start();
    await overTcp(sidecar, push('first', 40));
    await overTcp(sidecar, push('first', 41, { 'outrider.shutdown': true }));
    expect(await sample(sidecar, CALLS)).toBe('41');
    expect(await sample(sidecar, 'process_uptime_seconds{instance="test-host",job="shop",worker="0"}')).toBeUndefined();
    expect(await sample(sidecar, 'outrider_store_sessions')).toBe('0');
    await overTcp(sidecar, push('second', 3));
    const { body } = await get(sidecar, '/metrics');
    expect(body.match(/^calls_total.*$/gm)).toEqual([`${CALLS} 44`]);
  });

  it('counts what it receives, stores, drops and costs', async () => {
    const sidecar = await start({ 'limits-series': '2' });
    await overTcp(sidecar, push('a', 1));
    expect(await overTcp(sidecar, push('b', 1))).toMatchObject({ partialSuccess: { rejectedDataPoints: '2' } });
    expect(await overTcp(sidecar, 'no json')).toMatchObject({ status: 400 });
    await overTcp(sidecar, push('a', 2));
    await untilReady(sidecar);
    await get(sidecar, '/metrics');
    await overTcp(sidecar, push('a', 3));
    expect(await sample(sidecar, 'outrider_receiver_requests_total{encoding="json",result="ok"}')).toBe('3');
    expect(await sample(sidecar, 'outrider_receiver_requests_total{encoding="json",result="partial"}')).toBe('1');
    expect(await sample(sidecar, 'outrider_receiver_requests_total{encoding="json",result="rejected"}')).toBe('1');
    expect(await sample(sidecar, 'outrider_receiver_points_total{result="stored"}')).toBe('6');
    expect(await sample(sidecar, 'outrider_receiver_points_total{result="dropped"}')).toBe('2');
    expect(await sample(sidecar, 'outrider_receiver_dropped_total{reason="too_many_series"}')).toBe('2');
    expect(await sample(sidecar, 'outrider_store_series')).toBe('2');
    expect(await sample(sidecar, 'outrider_store_series_limit')).toBe('2');
    expect(await sample(sidecar, 'outrider_store_sessions')).toBe('1');
    expect(Number(await sample(sidecar, 'outrider_exposition_size_bytes'))).toBeGreaterThan(1000);
    expect(Number(await sample(sidecar, 'outrider_exposition_duration_seconds'))).toBeGreaterThan(0);
    expect(Number(await sample(sidecar, 'outrider_cpu_time_seconds_total{cpu_mode="user"}'))).toBeGreaterThan(0);
    expect(Number(await sample(sidecar, 'outrider_memory_usage_bytes'))).toBeGreaterThan(2 ** 20);
  });

  it('shows slow requests, and counts those that are wrong without a word to the sender', async () => {
    const sidecar = await start();
    const slow = { time: '2026-01-02T03:04:05Z', method: 'GET', route: '/', outcome: 'completed', duration_ms: 3000 };
    const told = (outriderSlowRequests: unknown): string =>
      JSON.stringify({ ...JSON.parse(push('a', 1)), outriderSlowRequests });
    expect(await overTcp(sidecar, told([slow, { ...slow, duration_ms: 'long' }]))).toEqual({ status: 200 });
    const { body } = await get(sidecar, '/api/v1/slow-requests?limit=5');
    expect(JSON.parse(body).slow_requests).toMatchObject([
      { ...slow, service: 'shop', instance: 'test-host', worker: 0 },
    ]);
    expect((await get(sidecar, '/api/v1/slow-requests?limit=0')).status).toBe(400);
    expect(await sample(sidecar, 'outrider_receiver_dropped_total{reason="invalid_slow_request"}')).toBe('1');
    expect(await sample(sidecar, 'outrider_receiver_points_total{result="dropped"}')).toBe('0');
    expect(await sample(sidecar, 'outrider_receiver_requests_total{encoding="json",result="ok"}')).toBe('1');
  });

  it('gives two readers the same text until something happens', async () => {
    const sidecar = await start();
    await overTcp(sidecar, push('a', 1));
    await untilReady(sidecar);
    const { body } = await get(sidecar, '/metrics');
    expect((await get(sidecar, '/metrics')).body).toBe(body);
    await overTcp(sidecar, push('a', 1));
    expect((await get(sidecar, '/metrics')).body).not.toBe(body);
  });

  it('collects again and again', async () => {
    const sidecar = await start({ interval: '100ms' });
    const cpu = async (): Promise<string | undefined> =>
      sample(sidecar, 'system_cpu_time_seconds_total{cpu_mode="user"}');
    await untilReady(sidecar);
    const first = await cpu();
    expect(first).toBeDefined();
    await vi.waitFor(async () => expect(await cpu()).not.toBe(first), 10_000);
  });

  it('says why it measures nothing', async () => {
    mkdirSync(join(folder, 'empty'));
    const nothing = join(folder, 'empty');
    const sidecar = await start({ 'proc-root': nothing, 'sys-root': nothing });
    await vi.waitFor(
      () => expect(log.filter((line) => line.startsWith('warn collector failed'))).not.toEqual([]),
      10_000,
    );
    const api = JSON.parse((await get(sidecar, '/api/v1/metrics')).body);
    expect(api.system.cpu_percent).toBeNull();
    expect(api.system.reasons.cpu_percent).toContain('the collector cpu failed');
  });
});

describe('a start that fails', () => {
  it('says which address, and leaves nothing running', async () => {
    const first = await start();
    const taken = new URL(first.addresses.metrics).host;
    const socket = join(folder, 'second.sock');
    await expect(start({ 'metrics-listen': taken, 'otlp-socket': socket })).rejects.toMatchObject({
      code: 'OUTRIDER_LISTEN',
      message: `Cannot listen on ${taken} (metrics.listen): another process listens there; stop it, or give metrics.listen another value.`,
    });
    expect(existsSync(socket)).toBe(false);
    const [line = ''] = log.filter((entry) => entry.includes('OTLP listener')).slice(-1);
    const { port } = new URL((JSON.parse(line.slice(line.indexOf('{'))) as { at: string }).at);
    const probe = connect(Number(port), '127.0.0.1');
    await expect(once(probe, 'connect')).rejects.toThrow('ECONNREFUSED');
  });

  it('does not take the socket from another', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow('(otlp.socket): another process listens there');
    expect(await send({ socketPath: first.addresses.socket }, push('a', 1))).toEqual({ status: 200 });
  });
});

describe('the end', () => {
  it('comes within five seconds, whoever is in the middle of a request', async () => {
    const sidecar = await start();
    await untilReady(sidecar);
    const { hostname, port } = new URL(sidecar.addresses.otlp);
    const slow = connect(Number(port), hostname);
    slow.on('error', () => undefined);
    slow.write(
      'POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    );
    const idle = connect(Number(new URL(sidecar.addresses.metrics).port), hostname);
    idle.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(idle, 'data');
    const begun = performance.now();
    await sidecar.close();
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(existsSync(join(folder, 'otlp.sock'))).toBe(false);
    await expect(fetch(`${sidecar.addresses.metrics}/healthz`)).rejects.toThrow('fetch failed');
    slow.destroy();
    idle.destroy();
  });

  it('lets a request in flight end', async () => {
    const sidecar = await start();
    const { hostname, port } = new URL(sidecar.addresses.otlp);
    const body = push('a', 1);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nExpect: 100-continue\r\n\r\n`,
    );
    // 100 Continue: the request has arrived and waits for its body.
    await once(socket, 'data');
    const closed = sidecar.close();
    socket.end(body);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
    await closed;
  });
});
