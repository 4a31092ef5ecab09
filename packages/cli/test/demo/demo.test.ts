import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { catalogue, prometheusName } from '../../../core/src/catalogue.ts';
import { RunningDemo } from './running-demo.ts';

const NOTHING = { pids: [], files: [] };

type Section = Record<string, unknown>;

const TWENTY: Readonly<Record<string, readonly string[]>> = {
  system: ['cpu_percent', 'memory_used_mb', 'memory_available_mb', 'memory_percent', 'disk_read_mb', 'disk_write_mb'],
  database: ['pool_size', 'available', 'active', 'min_size', 'max_size', 'utilization_percent'],
  cache: ['enabled', 'hits', 'misses', 'sets', 'deletes', 'errors', 'total_reads', 'hit_rate_percent'],
};

const CATALOGUED = [...catalogue.values()].map(({ name, unit, kind }) => prometheusName(name, unit, kind));

// What the shop counts itself.
const SHOP = ['shop_orders_total', 'shop_order_value_EUR'];

// What the demo has no occasion for: a backend to forward to, event streams, text formats with exponential histograms, agents with a limit,
// threads, figures that lru-cache tells nobody, mails that always queue, a container around it, a major garbage
// collection so early, and faults.
const UNSEEN = new RegExp(
  [
    'http_server_stream_duration_seconds',
    'outrider_route_duration_seconds',
    'http_client_connection_limit',
    'thread_pool_.*',
    'cache_(size_bytes|evictions_total)',
    'queue_oldest_age_seconds',
    'container_.*',
    'system_linux_pressure_.*',
    'v8js_memory_heap_used_after_gc_bytes',
    'outrider_callback_errors_total',
    'outrider_forward_.*',
  ]
    .map((name) => `^${name}$`)
    .join('|'),
);

// Alerts that wait, and whose beginning a machine without a free processor is enough for.
const OF_A_BUSY_MACHINE = /^(?:Latency|ErrorBudget|EventLoop|Container|DbPool)/;

describe('outrider demo', () => {
  const demos: RunningDemo[] = [];

  async function start(...args: Parameters<typeof RunningDemo.start>): Promise<RunningDemo> {
    const demo = await RunningDemo.start(...args);
    demos.push(demo);
    return demo;
  }

  afterEach(async () => {
    await Promise.all(demos.splice(0).map((demo) => demo.dispose()));
  });

  it('runs two applications, the sidecar and Prometheus, and leaves nothing behind', { timeout: 60_000 }, async () => {
    const startedAt = performance.now();
    const demo = await start();
    await demo.ready();
    const [express, koa] = [demo.url('Express application'), demo.url('Koa application')];
    const [sidecar, prometheus] = [demo.url('Sidecar'), demo.url('Prometheus')];

    for (const path of ['/products/7', '/fail', '/nowhere', '/orders/999999', '/healthz']) {
      for (const application of [express, koa]) {
        const { headers } = await fetch(`${application}${path}`);
        expect(headers.get('x-response-time')).toMatch(/^\d+\.\d{3}ms$/);
        expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
      }
    }

    await expect.poll(() => nulls(sidecar), { timeout: 20_000, interval: 200 }).toEqual([]);
    await expect
      .poll(() => sumOf(prometheus, 'http_server_request_duration_seconds_count'), { timeout: 20_000, interval: 200 })
      .toEqual({ 'shop-express': expect.any(Number), 'shop-koa': expect.any(Number) });
    await demo.printed(' req/s');
    expect(demo.output).toMatch(/^\d+\.\d req\/s {3}p95 \d+\.\d ms {3}errors \d+\.\d %$/m);
    expect(performance.now() - startedAt).toBeLessThan(30_000);

    // Visits must be over, and a report made.
    await expect.poll(async () => unseen(await expositionOf(sidecar)), { timeout: 20_000, interval: 200 }).toEqual([]);
    const exposition = await expositionOf(sidecar);
    expect(spawnSync('promtool', ['check', 'metrics'], { input: exposition, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect([...namesIn(exposition)].filter((name) => !CATALOGUED.includes(name)).toSorted()).toEqual(SHOP.toSorted());

    // With the rules as they are shipped, of which none says that something is wrong with the shop.
    expect(await rulesOf(prometheus)).toBeGreaterThan(50);
    expect(await alertsOf(prometheus, 'firing')).toEqual([]);
    // Pending a moment may be one that a busy machine sets off; what no machine makes of a sound shop may not even be that.
    expect((await alertsOf(prometheus, 'pending')).filter((alert) => !OF_A_BUSY_MACHINE.test(alert))).toEqual([]);

    expect((await demo.leftovers()).pids).toHaveLength(7);
    demo.signal('SIGINT');
    expect(await demo.exited).toBe(0);
    expect(await demo.leftovers()).toEqual(NOTHING);
    expect(demo.errors).toBe('');
  });

  it('ends by itself with --for', { timeout: 60_000 }, async () => {
    const demo = await start(['--for', '0.5', '--no-prometheus']);
    expect(await demo.exited).toBe(0);
    expect(demo.output).toMatch(/Prometheus +switched off/);
    expect(await demo.leftovers()).toEqual(NOTHING);
  });

  it('names the flag of a port that is taken, and starts nothing', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const demo = await start(['--koa-port', String(port)]);
    expect(await demo.exited).toBe(1);
    server.close();
    expect(demo.errors).toBe(
      `outrider: Port ${port} is in use: choose another with --koa-port, or 0 for any that is free.\n`,
    );
    expect(demo.output).toBe('');
    expect(await demo.leftovers()).toEqual(NOTHING);
  });

  it('says why when the database cannot be reached, and stops everything', { timeout: 60_000 }, async () => {
    const demo = await start([], { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' });
    expect(await demo.exited).toBe(1);
    expect(demo.errors).toMatch(
      /^outrider: The (Express|Koa) application ended by itself \(code 1\)\.\n {2}The database of DATABASE_URL cannot be used: .*ECONNREFUSED/,
    );
    expect(await demo.leftovers()).toEqual(NOTHING);
  });

  it('stops everything when an application dies', { timeout: 60_000 }, async () => {
    const demo = await start(['--no-prometheus']);
    await demo.ready();
    process.kill(demo.pidOf('Koa application'), 'SIGKILL');
    expect(await demo.exited).toBe(1);
    expect(demo.errors).toContain('The Koa application ended by itself (SIGKILL).');
    expect(await demo.leftovers()).toEqual(NOTHING);
  });

  it('is stopped while it starts', { timeout: 60_000 }, async () => {
    const demo = await start(['--no-prometheus']);
    await demo.printed('starting');
    demo.signal('SIGTERM');
    expect(await demo.exited).toBe(0);
    expect(demo.output).not.toContain('Ctrl-C stops everything.');
    expect(await demo.leftovers()).toEqual(NOTHING);
  });

  it('leaves nothing behind even when it is killed', { timeout: 60_000 }, async () => {
    const demo = await start();
    await demo.ready();
    demo.signal('SIGKILL');
    expect(await demo.exited).toBe('SIGKILL');
    await expect.poll(() => demo.leftovers(), { timeout: 20_000, interval: 50 }).toEqual(NOTHING);
  });

  it('explains itself, and refuses what it does not know', async () => {
    const help = await start(['--help']);
    expect(await help.exited).toBe(0);
    expect(help.output).toContain('--prometheus-port');
    const wrong = await start(['--express-port', '70000']);
    expect(await wrong.exited).toBe(2);
    expect(wrong.errors).toContain('--express-port');
  });
});

async function expositionOf(sidecar: string): Promise<string> {
  return (await fetch(`${sidecar}/metrics`)).text();
}

function namesIn(exposition: string): Set<string> {
  return new Set([...exposition.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));
}

/** What of the catalogue is to be seen, and is not. */
function unseen(exposition: string): string[] {
  const names = namesIn(exposition);
  return CATALOGUED.filter((name) => !names.has(name) && !UNSEEN.test(name));
}

/** Which of the twenty are null. */
async function nulls(sidecar: string): Promise<string[]> {
  const answer = (await (await fetch(`${sidecar}/api/v1/metrics`)).json()) as Record<string, Section>;
  return Object.entries(TWENTY).flatMap(([section, names]) =>
    names.filter((name) => (answer[section]?.[name] ?? null) === null).map((name) => `${section}.${name}`),
  );
}

/** Sums of a metric in Prometheus by job. */
/** How many rules are loaded. */
async function rulesOf(prometheus: string): Promise<number> {
  const { data } = (await (await fetch(`${prometheus}/api/v1/rules`)).json()) as {
    data: { groups: ReadonlyArray<{ rules: readonly unknown[] }> };
  };
  return data.groups.flatMap(({ rules }) => rules).length;
}

/** What fires or is about to, but for what a busy machine sets off, or a full one. */
async function alertsOf(prometheus: string, wanted: 'firing' | 'pending'): Promise<readonly string[]> {
  const { data } = (await (await fetch(`${prometheus}/api/v1/alerts`)).json()) as {
    data: { alerts: ReadonlyArray<{ state: string; labels: Readonly<Record<string, string>> }> };
  };
  return data.alerts
    .filter(({ state, labels }) => state === wanted && labels['job'] !== 'outrider')
    .map(({ labels }) => labels['alertname'] ?? '');
}

async function sumOf(prometheus: string, metric: string): Promise<Record<string, number>> {
  const query = new URLSearchParams({ query: `sum by (job) (${metric})` });
  const { data } = (await (await fetch(`${prometheus}/api/v1/query?${query.toString()}`)).json()) as {
    data: { result: ReadonlyArray<{ metric: { job: string }; value: [number, string] }> };
  };
  return Object.fromEntries(data.result.map(({ metric: { job }, value }) => [job, Number(value[1])]));
}
