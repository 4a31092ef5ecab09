import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, get as httpGet, request } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startRedis } from '@outrider/test-servers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../src/config.ts';
import type { SidecarConfig } from '../src/config.ts';
import { startSidecar } from '../src/sidecar.ts';
import type { Sidecar } from '../src/sidecar.ts';

let folder: string;
let log: string[];
let sidecar: Sidecar;
let flags: Record<string, string>;
let servers: Server[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-reload-'));
  log = [];
  servers = [];
  flags = {
    'otlp-listen': '127.0.0.1:0',
    'metrics-listen': '127.0.0.1:0',
    'otlp-socket': join(folder, 'otlp.sock'),
    instance: 'here',
    interval: '10m',
  };
  sidecar = await startSidecar(configuration(), {
    log: (level, message, fields) => log.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
  });
  await vi.waitUntil(async () => (await shown('/readyz')) === 'ready\n', 10_000);
});

afterEach(async () => {
  await sidecar.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

function configuration(
  changes: Readonly<Record<string, string>> = {},
  env: Record<string, string> = {},
): SidecarConfig {
  return loadConfig({ flags: { ...flags, ...changes }, env });
}

function reload(changes: Readonly<Record<string, string>>, env: Record<string, string> = {}): Promise<SidecarConfig> {
  return sidecar.reload(() => configuration(changes, env));
}

async function shown(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  return (await fetch(sidecar.addresses.metrics + path, { headers })).text();
}

async function sample(series: string): Promise<number | undefined> {
  const line = (await shown('/metrics')).split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

function body(instance: string, calls: number, service = 'shop'): string {
  const attributes = Object.entries({ 'service.name': service, 'service.instance.id': instance }).map(
    ([key, value]) => ({ key, value: { stringValue: value } }),
  );
  const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ asInt: String(calls) }] };
  return JSON.stringify({
    resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics: [{ name: 'calls', sum }] }] }],
  });
}

async function push(
  to: { readonly socketPath: string } | { readonly port: number },
  content: string,
  agent: Agent | false = false,
): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const req = request({ host: '127.0.0.1', ...to, path: '/v1/metrics', method: 'POST', headers, agent });
  req.end(content);
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  await text(res);
  return res.statusCode ?? 0;
}

const otlpPort = (): number => Number(new URL(sidecar.addresses.otlp).port);

/** A backend that keeps how many requests it got, and on how many connections. */
async function backend(): Promise<{
  readonly url: string;
  readonly got: () => number;
  readonly connections: () => number;
}> {
  let got = 0;
  let connections = 0;
  const server = createServer((req, res) => {
    req.resume().on('end', () => {
      got += 1;
      res.end();
    });
  });
  server.on('connection', () => (connections += 1));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, got: () => got, connections: () => connections };
}

const CALLS = 'calls_total{instance="here",job="shop",worker="0"}';

describe('a reload', () => {
  it('that is right says what changed, and counts', async () => {
    const before = await sample('outrider_config_reload_timestamp_seconds');
    const config = await reload({ 'limits-series': '77', 'log-level': 'info' });
    expect(config.limits.series).toBe(77);
    expect(log.at(-1)).toBe('info configuration reloaded {"changed":"limits.series"}');
    expect(await sample('outrider_store_series_limit')).toBe(77);
    expect(await sample('outrider_config_reloads_total{result="ok"}')).toBe(1);
    expect(await sample('outrider_config_reload_success')).toBe(1);
    expect(await sample('outrider_config_reload_timestamp_seconds')).toBeGreaterThan(before ?? Infinity);
    await reload({ 'limits-series': '77' });
    expect(log.at(-1)).toBe('info configuration reloaded {"changed":"nothing"}');
  });

  it('that is wrong changes nothing, names the key, and counts', async () => {
    await push({ port: otlpPort() }, body('a', 7));
    const addresses = { ...sidecar.addresses };
    const config = await reload({ 'limits-series': 'many', instance: 'there', 'metrics-listen': '127.0.0.1:1' });
    expect(config).toMatchObject({ instance: 'here', limits: { series: 10_000 } });
    expect(log.at(-1)).toMatch(/^error the new configuration is refused, the one before applies .*--limits-series/);
    expect(sidecar.addresses).toEqual(addresses);
    expect(await sample(CALLS)).toBe(7);
    expect(await sample('outrider_config_reloads_total{result="refused"}')).toBe(1);
    expect(await sample('outrider_config_reload_success')).toBe(0);
    await reload({});
    expect(await sample('outrider_config_reload_success')).toBe(1);
  });

  it('that wants an address that cannot be had changes nothing at all', async () => {
    const other = createTcpServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const taken = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const addresses = { ...sidecar.addresses };
    await reload({ 'otlp-listen': '127.0.0.1:0', 'metrics-listen': taken, instance: 'there' });
    other.close();
    expect(log.at(-1)).toMatch(/^error the new configuration is refused.*metrics\.listen/);
    expect(sidecar.addresses).toEqual(addresses);
    expect(await push({ port: otlpPort() }, body('a', 1))).toBe(200);
    expect(await sample(CALLS)).toBe(1);
  });

  it('moves the listeners and the socket, and serves requests that are under way to their end', async () => {
    await push({ port: otlpPort() }, body('a', 7));
    const before = { ...sidecar.addresses };
    const req = request({
      port: otlpPort(),
      host: '127.0.0.1',
      path: '/v1/metrics',
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', expect: '100-continue' },
    });
    req.flushHeaders();
    await once(req, 'continue');
    const socket = join(folder, 'other.sock');
    const free = createTcpServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const wanted = `127.0.0.1:${(free.address() as AddressInfo).port}`;
    await new Promise((resolve) => free.close(resolve));
    await reload({ 'otlp-listen': wanted, 'otlp-socket': socket });
    expect(sidecar.addresses).toEqual({ ...before, otlp: `http://${wanted}`, socket });
    req.end(body('a', 8));
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    expect(res.statusCode).toBe(200);
    expect(await push({ socketPath: socket }, body('a', 9))).toBe(200);
    expect(existsSync(before.socket ?? '')).toBe(false);
    await expect(fetch(before.otlp)).rejects.toThrow('fetch failed');
    expect(await sample(CALLS)).toBe(9);
    await reload({ 'otlp-listen': wanted, 'otlp-socket': 'false' });
    expect(sidecar.addresses.socket).toBeUndefined();
    expect(existsSync(socket)).toBe(false);
  });

  it('takes an address of which it has a part already', async () => {
    const free = createTcpServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const env = { OUTRIDER_TOKEN: '0123456789abcdef' };
    await reload({ 'metrics-listen': `127.0.0.1:${port}` });
    // What is in the way of the new one is closed for it, and is there again if the rest cannot be had.
    await reload({ 'metrics-listen': `0.0.0.0:${port}`, 'otlp-socket': join(folder, 'nowhere', 'x.sock') }, env);
    expect(log.at(-1)).toMatch(/^error the new configuration is refused.*its directory does not exist/);
    expect(await shown('/readyz')).toBe('ready\n');
    await reload({ 'metrics-listen': `0.0.0.0:${port}` }, env);
    expect(log.at(-1)).toMatch(/configuration reloaded/);
    const headers = { authorization: 'Bearer 0123456789abcdef' };
    expect(await (await fetch(`http://127.0.0.1:${port}/readyz`, { headers })).text()).toBe('ready\n');
    await reload({ 'metrics-listen': `127.0.0.1:${port}` });
    expect(await shown('/readyz')).toBe('ready\n');
  });

  it('lets in who has the new token, and ends the event streams of those who have not', async () => {
    const stream = httpGet(`${sidecar.addresses.metrics}/api/v1/stream`, { agent: false });
    const [events] = (await once(stream, 'response')) as [IncomingMessage];
    const ended = once(events.resume(), 'close');
    expect(await push({ port: otlpPort() }, body('a', 1))).toBe(200);
    await reload({}, { OUTRIDER_TOKEN: '0123456789abcdef' });
    await ended;
    expect(log.at(-1)).toBe('info configuration reloaded {"changed":"token"}');
    expect((await fetch(`${sidecar.addresses.metrics}/metrics`)).status).toBe(401);
    expect(await push({ port: otlpPort() }, body('a', 2))).toBe(401);
    expect(await push({ socketPath: sidecar.addresses.socket ?? '' }, body('a', 2))).toBe(200);
    const headers = { authorization: 'Bearer 0123456789abcdef' };
    const kept = httpGet(`${sidecar.addresses.metrics}/api/v1/stream`, { agent: false, headers });
    const [response] = (await once(kept, 'response')) as [IncomingMessage];
    await once(response, 'data');
    await reload({ instance: 'there' }, { OUTRIDER_TOKEN: '0123456789abcdef' });
    expect(response.closed).toBe(false);
    kept.destroy();
    expect(await shown('/metrics', headers)).toContain('calls_total{instance="there",job="shop",worker="0"} 2\n');
  });

  it('forwards to new backends, keeps queue, connection and counts of those that stay, and sends what waits for others', async () => {
    const [one, two] = [await backend(), await backend()];
    const named = ({ url }: { readonly url: string }): string => url.replace('http://', '');
    const sent = (url: string): Promise<number | undefined> => sample(`outrider_forward_sent_total{backend="${url}"}`);
    await reload({ forward: one.url });
    await push({ port: otlpPort() }, body('a', 1));
    await vi.waitFor(() => expect(one.got()).toBe(1), 5_000);
    const name = /backend="([^"]+)"/.exec(await shown('/metrics'))?.[1] ?? named(one);
    const before = await sent(name);
    await reload({ forward: `${one.url}, ${two.url}`, 'limits-series': '500' });
    await push({ port: otlpPort() }, body('a', 2));
    await vi.waitFor(() => expect(two.got()).toBeGreaterThanOrEqual(1), 5_000);
    await vi.waitFor(async () => expect(await sent(name)).toBeGreaterThan(before ?? Infinity), 5_000);
    expect(one.connections()).toBe(1);
    await push({ port: otlpPort() }, body('a', 3));
    const asked = one.got();
    await reload({ forward: two.url });
    // What was accepted before is sent.
    await vi.waitFor(() => expect(one.got()).toBeGreaterThanOrEqual(asked), 5_000);
    await vi.waitFor(async () => expect(await sent(name)).toBeUndefined(), 5_000);
    expect(two.connections()).toBe(1);
    await reload({});
    await vi.waitFor(async () => expect(await shown('/metrics')).not.toContain('outrider_forward_sent'), 5_000);
  });

  it('keeps the connection to a server that stays, and ends the series of one that goes', async () => {
    const redis = await startRedis();
    try {
      const { port } = redis;
      const at = (name: string, of: number): string => `${name}{server_address="127.0.0.1",server_port="${of}"}`;
      const watch = `redis://127.0.0.1:${port}`;
      await reload({ watch });
      await vi.waitFor(async () => expect(await sample(at('redis_up', port))).toBe(1), 5_000);
      const connections = await sample(at('redis_connections_received_total', port));
      await reload({
        watch: `${watch},redis://127.0.0.1:1`,
        'limits-server-reply-bytes': '1000000',
        interval: '100ms',
      });
      expect(await sample(at('redis_up', port))).toBe(1);
      await vi.waitFor(async () => expect(await sample(at('redis_up', 1))).toBe(0), 5_000);
      expect(await sample(at('redis_connections_received_total', port))).toBe(connections);
      await reload({ watch: 'redis://127.0.0.1:1' });
      expect(await sample(at('redis_up', port))).toBeUndefined();
      expect(await sample(at('redis_up', 1))).toBe(0);
    } finally {
      await redis.stop();
    }
  });

  it('measures at another interval, and what was known is shown meanwhile', async () => {
    const cpu = 'system_cpu_time_seconds_total{cpu_mode="user"}';
    const first = await sample(cpu);
    expect(first).toBeDefined();
    await reload({ interval: '100ms' });
    expect(await sample(cpu)).toBeDefined();
    await vi.waitFor(async () => expect(await sample(cpu)).not.toBe(first), 10_000);
    await reload({ interval: '100ms', 'proc-root': '/proc/self/root/proc' });
    expect(await sample(cpu)).toBeDefined();
  });

  it('is one after the other, and none after the end', async () => {
    const done: string[] = [];
    const each = (name: string): Promise<unknown> => reload({ instance: name }).then(() => done.push(name));
    await Promise.all(['one', 'two', 'three'].map(each));
    expect(done).toEqual(['one', 'two', 'three']);
    expect(log.filter((line) => line.includes('configuration reloaded'))).toHaveLength(3);
    const last = reload({
      'otlp-listen': '127.0.0.1:0',
      'metrics-listen': '127.0.0.1:0',
      'otlp-socket': join(folder, 'x.sock'),
    });
    await sidecar.close();
    await last;
    expect(existsSync(join(folder, 'x.sock'))).toBe(false);
    const told = log.length;
    await reload({ instance: 'four' });
    expect(log).toHaveLength(told);
  });
});

describe('while the configuration is read again and again', () => {
  it('no push is refused, no scrape fails, and nothing is lost', { timeout: 60_000 }, async () => {
    const [one, two] = [await backend(), await backend()];
    const failures: unknown[] = [];
    const end = new AbortController();
    const agent = new Agent({ keepAlive: true });
    const totals = new Map<string, number>();
    const app = async (service: string, to: () => Parameters<typeof push>[0]): Promise<void> => {
      for (let calls = 1; !end.signal.aborted; calls += 1) {
        const status = await push(to(), body(service, calls, service), agent).catch((error: unknown) => error);
        if (status === 200) totals.set(service, calls);
        else failures.push(status);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    let scrapes = 0;
    const scrape = async (): Promise<void> => {
      for (; !end.signal.aborted; scrapes += 1) {
        const content = await shown('/metrics').catch((error: unknown) => String(error));
        if (!content.includes('system_memory_limit_bytes') || !content.includes('outrider_receiver_requests_total'))
          failures.push(content.slice(0, 200));
      }
    };
    const over = { tcp: () => ({ port: otlpPort() }), socket: () => ({ socketPath: sidecar.addresses.socket ?? '' }) };
    await reload({ forward: one.url });
    const all = [app('one', over.tcp), app('two', over.socket)];
    await vi.waitFor(() => expect(totals.size).toBe(2), 5_000);
    all.push(scrape());
    const right = [
      { forward: `${one.url},${two.url}`, 'limits-series': '9000', interval: '1s' },
      { forward: one.url, 'proc-root': '/proc/self/root/proc', 'otlp-scope-labels': 'false' },
      { forward: one.url, 'log-level': 'warn', 'limits-body-bytes': '1000000' },
    ];
    const wrong = [{ interval: 'often' }, { forward: 'nowhere' }, { 'limits-series': '0' }];
    for (let time = 0; time < 10; time += 1) {
      const seen = scrapes;
      await reload(right[time % right.length] ?? {});
      await vi.waitFor(() => expect(scrapes).toBeGreaterThan(seen), 5_000);
      await reload({ forward: one.url, ...wrong[time % wrong.length] });
    }
    end.abort();
    await Promise.all(all);
    agent.destroy();
    expect(failures).toEqual([]);
    expect(scrapes).toBeGreaterThan(5);
    for (const [service, calls] of totals)
      expect(await sample(`calls_total{instance="here",job="${service}",worker="0"}`)).toBe(calls);
    expect(await sample('outrider_config_reloads_total{result="refused"}')).toBe(10);
    const name = /outrider_forward_sent_total\{backend="([^"]+)"/.exec(await shown('/metrics'))?.[1] ?? '';
    const pushed = [...totals.values()].reduce((sum, calls) => sum + calls, 0);
    expect(await sample(`outrider_forward_accepted_total{backend="${name}",source="application"}`)).toBe(pushed);
    for (const reason of ['closed', 'queue_full', 'refused', 'unencodable'])
      expect(await sample(`outrider_forward_dropped_total{backend="${name}",reason="${reason}"}`)).toBe(0);
  });
});
