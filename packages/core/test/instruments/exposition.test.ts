import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { metricsHandler } from '../../../otel/src/index.ts';
import { loadConfig } from '../../../sidecar/src/config.ts';
import { startSidecar } from '../../../sidecar/src/sidecar.ts';
import type { Sidecar } from '../../../sidecar/src/sidecar.ts';
import { Observer } from '../../src/observer.ts';

let folder: string;
let sidecar: Sidecar;
let observer: Observer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-instruments-'));
  const flags = {
    'otlp-listen': '127.0.0.1:0',
    'metrics-listen': '127.0.0.1:0',
    'otlp-socket': join(folder, 'otlp.sock'),
    instance: 'test-host',
    // One round at the start and none after: what /metrics shows of the application changes by its pushes alone.
    interval: '10m',
  };
  sidecar = await startSidecar(loadConfig({ flags }));
  const environment = { OUTRIDER_SOCKET: sidecar.addresses.socket, OTEL_SERVICE_NAME: 'shop' };
  observer = new Observer({ environment, entryPoint: undefined, runtime: false });
});

afterEach(async () => {
  await observer.shutdown();
  await sidecar.close();
  rmSync(folder, { recursive: true });
});

/** What an application does with every kind of instrument. */
async function work(): Promise<void> {
  observer
    .counter('orders.placed', { unit: '{order}', description: 'Orders that were placed.' })
    .add(2, { channel: 'web' });
  observer.counter('bytes/sent', { unit: 'By' }).add(512);
  observer.gauge('stock.level', { unit: '{item}' }).set(-3, { fruit: 'an "odd"\\one\n' });
  observer.gauge('cart.items.count').set(4);
  observer.gauge('fill-level', { unit: '1', read: () => [{ value: 0.5, attributes: { tank: 'a' } }] });
  const basket = observer.histogram('basket.value', { unit: 'EUR', buckets: [10, 100] });
  for (const value of [5, 50, 500]) basket.record(value, { job: 'refused', country: 'AT' });
  observer.histogram('wait', { unit: 's' }).bind({}).record(0.002);
  for (let user = 0; user < 203; user++) observer.counter('visits').add(1, { user });
  await observer.timer('render', async () => 1, { attributes: { page: 'home' } });
  observer.timer('render', () => 1, { trackMemory: true });
  expect(() => observer.timer('render', () => { throw new TypeError('secret'); })).toThrow('secret'); // oxfmt-ignore
}

/** The lines of the application's own instruments and timers, without the labels that the sidecar adds. */
function samples(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /^(?:orders|bytes|stock|cart|fill|basket|operation|visits.*overflow)/.test(line))
    .map((line) =>
      line
        .replace('instance="test-host",job="shop",', '')
        .replace(/,?worker="0"/, '')
        .replace('{}', ''),
    )
    .filter((line) => !/operation_.*(?:_bucket|_sum)|memory_growth_bytes_bucket/.test(line));
}

const SAMPLES = [
  'basket_value_EUR_bucket{country="AT",le="10.0"} 1',
  'basket_value_EUR_bucket{country="AT",le="100.0"} 2',
  'basket_value_EUR_bucket{country="AT",le="+Inf"} 3',
  'basket_value_EUR_sum{country="AT"} 555',
  'basket_value_EUR_count{country="AT"} 3',
  'bytes_sent_total 512',
  'cart_items_count 4',
  'fill_level_ratio{tank="a"} 0.5',
  'operation_duration_seconds_count{error_type="TypeError",operation_name="render"} 1',
  'operation_duration_seconds_count{operation_name="render",page="home"} 1',
  'operation_duration_seconds_count{operation_name="render"} 1',
  'orders_placed_total{channel="web"} 2',
  'stock_level{fruit="an \\"odd\\"\\\\one\\n"} -3',
  'visits_total{otel_metric_overflow="true"} 3',
];

function promtool(text: string): string {
  const { stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (error) throw error;
  // Currency is no unit that promtool knows, and /metrics has more than ours.
  return stdout + stderr;
}

function known(lines: readonly string[]): string[] {
  return lines.filter((line) => !line.startsWith('operation_memory')).toSorted();
}

test('own instruments and timers come out at the sidecar’s /metrics, and promtool is content', async () => {
  await work();
  expect(await observer.push()).toBe('ok');
  const metrics = async (): Promise<string> => (await fetch(`${sidecar.addresses.metrics}/metrics`)).text();
  await vi.waitFor(async () => expect(await metrics()).toContain('orders_placed_total'), 10_000);
  const text = await metrics();
  expect(known(samples(text))).toEqual(SAMPLES.toSorted());
  expect(text).toContain('# HELP orders_placed_total Orders that were placed.\n# TYPE orders_placed_total counter\n');
  expect(text).toContain('# TYPE basket_value_EUR histogram\n');
  expect(text).toContain('# TYPE cart_items_count untyped\n');
  expect(text).toMatch(/^outrider_instrument_errors_total\{instance="test-host",instrument="basket.value".*\} 3$/m);
  expect(text).not.toContain('secret');
  expect(promtool(text)).toBe('');

  // Totals live in the application: the next push has all of it again, and counts on.
  observer.counter('orders.placed').add(5, { channel: 'web' });
  await observer.push();
  await vi.waitFor(
    async () => expect(samples(await metrics())).toContain('orders_placed_total{channel="web"} 7'),
    10_000,
  );
});

test('the /metrics of OpenTelemetry’s preset has the same', async () => {
  await work();
  const server = createServer(metricsHandler({ observer })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const text = await response.text();
  server.close();
  expect(known(samples(text))).toEqual(SAMPLES.toSorted());
  expect(promtool(text)).toBe('');
});
