import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { flagOf, settingKeys } from '../src/config/settings.ts';
import type { SettingKey } from '../src/config/settings.ts';
import { LIMITS } from '../src/limit-counts.ts';
import { startSidecar } from '../src/sidecar.ts';
import type { Sidecar } from '../src/sidecar.ts';
import { encodings, gaugeOf } from './receivers/otlp-encode.ts';
import { answering, startFakeServer } from './servers/fake-server.ts';
import { SLOW_REQUEST } from './slow-request.ts';

let folder: string;
let sidecar: Sidecar;
const sockets: Socket[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-limits-'));
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await sidecar.close();
  rmSync(folder, { recursive: true });
});

type Limits = Readonly<Record<string, string | number>>;

function flagsOf(limits: Limits, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const low = Object.entries(limits).map(([name, value]) => [flagOf(`limits.${name}` as SettingKey), String(value)]);
  return {
    'otlp-listen': '127.0.0.1:0',
    'metrics-listen': '127.0.0.1:0',
    'otlp-socket': join(folder, 'otlp.sock'),
    // No collection in between: what is counted is seen with the next push.
    interval: '10m',
    ...more,
    ...(Object.fromEntries(low) as Record<string, string>),
  };
}

async function start(limits: Limits, more?: Readonly<Record<string, string>>): Promise<void> {
  sidecar = await startSidecar(loadConfig({ flags: flagsOf(limits, more) }));
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

function send(
  url: string,
  headers: OutgoingHttpHeaders,
  body?: Buffer | string,
  agent: Agent | false = false,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const req = request(url, { agent, method, headers }, (res) => {
      text(res).then((all) => resolve({ status: res.statusCode ?? 0, body: all }), reject);
    });
    req.on('error', reject).end(body);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };

function push(body: Buffer | string, headers: OutgoingHttpHeaders = JSON_TYPE): Promise<Answer> {
  return send(`${sidecar.addresses.otlp}/v1/metrics`, headers, body);
}

type Strings = Readonly<Record<string, string>>;

function attributes(values: Strings): object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: value } }));
}

/** What a process of the service `shop` pushes. */
function pushed(metrics: readonly object[] = [gaugeOf({ asInt: 1 })], resource: Strings = {}): object {
  return {
    resourceMetrics: [
      { resource: { attributes: attributes({ 'service.name': 'shop', ...resource }) }, scopeMetrics: [{ metrics }] },
    ],
  };
}

/** The limits that were reached, after a push within all limits, which is taken. */
async function reached(): Promise<object> {
  expect(await push(JSON.stringify(pushed()))).toEqual({ status: 200, body: '{}' });
  const { body } = await send(`${sidecar.addresses.metrics}/metrics`, {});
  expect(body).toMatch(/^g_ratio\{.*job="shop".*\} 1$/m);
  const counts = [...body.matchAll(/^outrider_limit_reached_total\{limit="(\w+)"\} (\d+)$/gm)];
  expect(counts.map(([, limit]) => limit)).toEqual([...LIMITS]);
  return Object.fromEntries(
    counts.map(([, limit, count]) => [limit, Number(count)] as const).filter(([, count]) => count > 0),
  );
}

const many = (count: number): Strings => Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, 'b']));
const gaugeWith = (values: object): object => gaugeOf({ asInt: 1, ...values });
const histogram = (dataPoint: object): object => ({
  name: 'h',
  histogram: { aggregationTemporality: 2, dataPoints: [dataPoint] },
});

describe.each(encodings)('a limit of what is in a request in $encoding', ({ encode, contentType, encoding }) => {
  const nested = { arrayValue: { values: [{ arrayValue: { values: [{ stringValue: 'x' }] } }] } };
  const buckets = { count: '0', bucketCounts: ['0', '0', '0'], explicitBounds: [1, 2] };
  const exponential = { count: '0', positive: { bucketCounts: ['0', '0', '0'] } };
  const quantileValues = [0.1, 0.2, 0.3].map((quantile) => ({ quantile, value: 1 }));

  it.each([
    ['valuesPerRequest', 100, 413, pushed([gaugeWith({ attributes: attributes(many(60)) })])],
    ['depth', 2, 400, pushed([gaugeWith({ attributes: [{ key: 'a', value: nested }] })])],
    ['resourcesPerRequest', 1, 413, { resourceMetrics: [{}, {}] }],
    ['metricsPerRequest', 1, 413, pushed([gaugeOf(), gaugeOf()])],
    ['pointsPerRequest', 2, 'partial', pushed([gaugeOf({ asInt: 1 }, { asInt: 2 }), gaugeOf({ asInt: 3 })])],
    ['attributesPerPoint', 2, 'partial', pushed([gaugeWith({ attributes: attributes(many(3)) })])],
    ['attributesPerResource', 2, 'partial', pushed(undefined, many(3))],
    ['bucketsPerPoint', 2, 'partial', pushed([histogram(buckets)])],
    [
      'bucketsPerPoint',
      2,
      'partial',
      pushed([{ name: 'e', exponentialHistogram: { aggregationTemporality: 2, dataPoints: [exponential] } }]),
    ],
    [
      'bucketsPerPoint',
      2,
      'partial',
      pushed([{ name: 's', summary: { dataPoints: [{ count: '1', sum: 1, quantileValues }] } }]),
    ],
    ['exemplarsPerPoint', 1, 200, pushed([gaugeWith({ exemplars: [{ asInt: 1 }, { asInt: 2 }, { asInt: 3 }] })])],
    ['nameLength', 30, 'partial', pushed([{ ...gaugeOf({ asInt: 1 }), name: 'n'.repeat(31) }])],
    ['nameLength', 30, 'partial', pushed([gaugeWith({ attributes: attributes({ ['n'.repeat(31)]: 'v' }) })])],
    ['unitLength', 2, 'partial', pushed([{ ...gaugeOf({ asInt: 1 }), unit: 'uuu' }])],
    ['labelLength', 5, 200, pushed([gaugeWith({ attributes: attributes({ a: '123456' }) })])],
    ['labelLength', 5, 200, pushed([{ ...gaugeOf({ asInt: 1 }), description: '123456' }])],
    [
      'storedBytes',
      2_000,
      'partial',
      pushed([gaugeOf(...['1', '2', '3'].map((a) => ({ asInt: 1, attributes: attributes({ a: a.repeat(800) }) })))]),
    ],
    [
      'series',
      2,
      'partial',
      pushed([gaugeOf(...['1', '2', '3'].map((a) => ({ asInt: 1, attributes: attributes({ a }) })))]),
    ],
  ] as const)('is counted when it bites: %s', async (limit, low, result, body) => {
    await start({ [limit]: low });
    const answer = await push(encode(body), { 'content-type': contentType });
    expect(answer.status).toBe(result === 'partial' ? 200 : result);
    if (encoding === 'json' && result !== 413 && result !== 400) {
      expect(JSON.parse(answer.body)).toMatchObject(
        result === 200 ? {} : { partialSuccess: { rejectedDataPoints: '1' } },
      );
    }
    expect(await reached()).toEqual({ [limit]: 1 });
  });
});

describe('a limit of a request', () => {
  const names = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`field${i}`, 0]));
  const slow = (count: number): string =>
    JSON.stringify({ ...pushed(), outriderSlowRequests: Array.from({ length: count }, () => SLOW_REQUEST) });

  it.each([
    ['bodyBytes', 1_000, 413, ' '.repeat(1_001)],
    ['fieldNames', 20, 413, JSON.stringify(names)],
    ['slowRequests', 1, 200, slow(2)],
    ['slowRequestBytes', 300, 200, slow(3)],
  ] as const)('is counted when it bites: %s', async (limit, low, status, body) => {
    await start({ [limit]: low });
    expect((await push(body)).status).toBe(status);
    expect(await reached()).toEqual({ [limit]: 1 });
  });

  it('is counted when it bites: decodedBytes', async () => {
    await start({ decodedBytes: 1_000 });
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expect((await push(gzipSync(' '.repeat(1_001)), headers)).status).toBe(413);
    expect(await reached()).toEqual({ decodedBytes: 1 });
  });

  it.each([
    ['services', [{}, { 'service.name': 'other' }]],
    ['releasesPerService', [{ 'service.version': '1' }, { 'service.version': '2' }]],
    ['processesPerService', [{ 'process.pid': '1' }, { 'process.pid': '2' }]],
  ] as const)('is counted when it bites: %s', async (limit, resources) => {
    await start({ [limit]: 1 });
    for (const resource of resources) {
      const of = { 'telemetry.sdk.name': 'outrider', 'host.name': 'h', ...resource };
      expect((await push(JSON.stringify(pushed(undefined, of)))).status).toBe(200);
    }
    expect(await reached()).toEqual({ [limit]: 1 });
  });

  it('is counted when it bites: inFlightBytes', async () => {
    await start({ bodyBytes: 3_000, inFlightBytes: 3_000 });
    const half = `${JSON.stringify(pushed())}${' '.repeat(1_500)}`;
    await raw(
      'otlp',
      `POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2900\r\n\r\n${' '.repeat(2_000)}`,
    );
    let refused = 0;
    await vi.waitFor(async () => {
      const { status } = await push(half);
      if (status === 503) refused += 1;
      expect(status).toBe(503);
    }, 10_000);
    expect(await reached()).toEqual({ inFlightBytes: refused });
  });
});

describe('a limit of clients', () => {
  it('is counted when it bites: streamClients', async () => {
    await start({ streamClients: 1 });
    const first = await fetch(`${sidecar.addresses.metrics}/api/v1/stream`);
    expect(first.status).toBe(200);
    expect((await send(`${sidecar.addresses.metrics}/api/v1/stream`, {})).status).toBe(503);
    expect(await reached()).toEqual({ streamClients: 1 });
    await first.body?.cancel();
  });

  const head = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n';

  it.each([
    ['headerBytes', 1_000, `${head}A: ${'a'.repeat(1_000)}\r\n\r\n`, 431],
    ['headerBytes', 1_000, `GET /${'a'.repeat(1_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
    ['headerTime', '300ms', head, 408],
    ['headerTime', '300ms', '', 408],
    [
      'requestTime',
      '300ms',
      'POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{',
      408,
    ],
  ] as const)('is counted when it bites: %s', async (limit, low, sent, status) => {
    await start({ [limit]: low });
    const socket = await raw('otlp', sent);
    expect((await text(socket)).split(' ')[1]).toBe(String(status));
    expect(await reached()).toEqual({ [limit]: 1 });
  });

  it('holds for what is reloaded', async () => {
    await start({});
    await sidecar.reload(() => loadConfig({ flags: flagsOf({ headerBytes: 1_000 }) }));
    const socket = await raw('otlp', `${head}A: ${'a'.repeat(1_000)}\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('has connections that send nothing make room', async () => {
    await start({ connections: 3 });
    const scraper = new Agent({ keepAlive: true, maxSockets: 1 });
    const scrape = async (): Promise<number> =>
      (await send(`${sidecar.addresses.metrics}/healthz`, {}, undefined, scraper)).status;
    expect(await scrape()).toBe(200);
    const silent: Socket[] = [];
    for (let i = 0; i < 10; i += 1) {
      silent.push(await raw('metrics', ''));
      expect(await scrape()).toBe(200);
    }
    // Beside the scraper's there is room for two, and the last ones have them.
    await vi.waitFor(() => expect(silent.filter(({ closed }) => !closed)).toEqual(silent.slice(-2)), 10_000);
    // Whoever comes next has the place of the older one.
    expect(await reached()).toEqual({ connections: 9 });
    scraper.destroy();
  });

  it('closes the newest connection where all have a request in flight', async () => {
    await start({ connections: 2 });
    const stream = 'GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const busy = [await raw('metrics', stream), await raw('metrics', stream)];
    for (const socket of busy) expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
    await expect(send(`${sidecar.addresses.metrics}/healthz`, {})).rejects.toThrow(/ECONNRESET|hang up/);
    expect(busy.map(({ closed }) => closed)).toEqual([false, false]);
    busy[0]?.destroy();
    await vi.waitFor(async () => expect(await reached()).toEqual({ connections: 1 }), 10_000);
  });
});

describe('a limit of a watched server', () => {
  const info = `redis_version:7.0.0\r\nuptime_in_seconds:1\r\n# ${'x'.repeat(1_500)}\r\n`;

  it.each([
    ['redis', `$${info.length}\r\n${info}\r\n`],
    ['memcached', `STAT threads 4\r\nSTAT unknown ${'1'.repeat(1_500)}\r\nEND\r\n`],
  ])('is counted when it bites, and is another after a reload: serverReplyBytes (%s)', async (system, answer) => {
    const fake = await startFakeServer(answering(answer));
    try {
      const more = { watch: `${system}://127.0.0.1:${fake.port}`, interval: '100ms' };
      await start({ serverReplyBytes: 1_000 }, more);
      await expectShown(new RegExp(`^outrider_limit_reached_total\\{limit="serverReplyBytes"\\} [1-9]`, 'm'));
      await expectShown(new RegExp(`^${system}_up\\{.*\\} 0$`, 'm'));
      await sidecar.reload(() => loadConfig({ flags: flagsOf({ serverReplyBytes: 10_000 }, more) }));
      await expectShown(new RegExp(`^${system}_up\\{.*\\} 1$`, 'm'));
    } finally {
      await fake.stop();
    }
  });

  async function expectShown(line: RegExp): Promise<void> {
    await vi.waitFor(
      async () => expect((await send(`${sidecar.addresses.metrics}/metrics`, {})).body).toMatch(line),
      5_000,
    );
  }
});

/** Opens a connection to a listener and sends this. */
async function raw(listener: 'otlp' | 'metrics', sent: string): Promise<Socket> {
  const { hostname, port } = new URL(sidecar.addresses[listener]);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(sent);
  if (sent === '') socket.resume();
  return socket;
}

it('is counted for each limit of the configuration', async () => {
  await start({});
  const keys = settingKeys.filter((key) => key.startsWith('limits.')).map((key) => key.slice('limits.'.length));
  expect(keys.toSorted()).toEqual([...LIMITS].toSorted());
});
