import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { killChildren, startChild } from './child-app.ts';
import { listening } from './observed-app.ts';
import { otlpReceiver } from './otlp-receiver.ts';
import { promtool, series } from './prometheus-text.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;

const closing: Array<() => unknown> = [];
afterEach(() => {
  killChildren();
  for (const close of closing.splice(0)) close();
});

async function get(url: string): Promise<string> {
  return (await fetch(url, { headers: { traceparent: TRACEPARENT } })).text();
}

function slowLog(stderr: string): Array<Record<string, unknown>> {
  const lines = stderr.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

describe.each(['app.mjs', 'app.cjs'])('%s', (file) => {
  test('has the trace id in its slow log, prints nothing else, and dies of SIGTERM as ever', async () => {
    const app = await startChild(file);
    expect(await get(`${app.url}/users/7`)).toBe('7');
    const { code, signal, stdout, stderr } = await app.end('SIGTERM');
    expect({ code, signal, stdout }).toEqual({ code: null, signal: 'SIGTERM', stdout: '' });
    expect(slowLog(stderr)).toEqual([
      expect.objectContaining({
        route: '/users/:id',
        trace_id: TRACE_ID,
        span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
      }),
    ]);
  });

  test('that handles SIGTERM itself decides when to end', async () => {
    const app = await startChild(file, {}, 'handles-sigterm');
    await get(`${app.url}/users/7`);
    expect(await app.end('SIGTERM')).toMatchObject({ code: 7, signal: null, stdout: '' });
  });

  test('that ends by itself keeps its exit code and exports the last spans and metrics', async () => {
    const receiver = await otlpReceiver();
    closing.push(receiver.close);
    const app = await startChild(
      file,
      {
        OTEL_SERVICE_NAME: 'shop',
        OUTRIDER_SOCKET: '',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_METRIC_EXPORT_INTERVAL: '100',
        OTEL_METRIC_EXPORT_TIMEOUT: '100',
      },
      'ends',
    );
    await get(`${app.url}/users/7`);
    await vi.waitFor(() => expect(receiver.metrics.length).toBeGreaterThan(0), 5000);
    await get(`${app.url}/end`);
    expect(await app.end()).toMatchObject({ code: 3, signal: null, stdout: '' });
    // The pushes of Outrider and the exports of the SDK are no spans.
    expect(receiver.spans).toEqual([
      { name: 'GET', kind: 2, service: 'shop' },
      { name: 'GET', kind: 2, service: 'shop' },
    ]);
    expect(new Set(receiver.metrics.map(({ service }) => service))).toEqual(new Set(['shop']));
  });
});

test('an application of ES modules alone has spans for what it serves and what it asks for', async () => {
  const app = await startChild('plain.mjs');
  const { traceId, traceparent } = JSON.parse(await get(app.url)) as Record<string, string>;
  expect(traceId).toBe(TRACE_ID);
  expect(traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`));
  expect(await app.end('SIGTERM')).toMatchObject({ signal: 'SIGTERM', stdout: '', stderr: '' });
});

test('nothing is exported where the environment names no exporter and no endpoint', async () => {
  const app = await startChild('plain.mjs', { OTEL_LOG_LEVEL: 'debug' });
  const { stdout, stderr } = await app.end('SIGTERM');
  expect(stdout).toContain('opentelemetry');
  expect(stdout + stderr).not.toContain('default otlp exporter');
});

test('SIGTERM that the application handles lets the SDK export what there is', async () => {
  const receiver = await otlpReceiver();
  closing.push(receiver.close);
  const app = await startChild(
    'app.mjs',
    {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/v1/traces`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      // No batch is due before the end.
      OTEL_BSP_SCHEDULE_DELAY: '600000',
    },
    'ignores-sigterm',
  );
  await get(`${app.url}/users/7`);
  app.kill('SIGTERM');
  // Nothing names the service, so it is the application's own package.json, as for the metrics.
  const span = { name: 'GET', kind: 2, service: '@outrider/otel' };
  await vi.waitFor(() => expect(receiver.spans).toEqual([span]), 5000);
  await expect(get(`${app.url}/exit`)).rejects.toThrow('fetch failed');
  expect(await app.end()).toMatchObject({ code: 7 });
});

test('a collector that hangs holds SIGTERM up for a second at the most', async () => {
  const hung = await listening(createServer(() => undefined).listen(0, '127.0.0.1'));
  closing.push(hung.close);
  const app = await startChild('app.mjs', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${hung.url}/v1/traces` });
  await get(`${app.url}/users/7`);
  const began = performance.now();
  expect(await app.end('SIGTERM')).toMatchObject({ code: null, signal: 'SIGTERM' });
  expect(performance.now() - began).toBeLessThan(5000);
});

test('nothing arrives twice where the SDK exports to the endpoint that Outrider pushes to', async () => {
  const receiver = await otlpReceiver();
  closing.push(receiver.close);
  const app = await startChild('app.mjs', {
    OUTRIDER_SOCKET: '',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  await get(`${app.url}/users/7`);
  await app.end('SIGTERM');
  const sendersOf = (name: string): unknown => {
    const found = receiver.metrics.filter((metric) => metric.name === name);
    return [...new Set(found.map(({ sender }) => sender))];
  };
  expect(sendersOf('http.server.request.duration')).toEqual(['outrider']);
  expect(sendersOf('shop.orders')).toEqual(['opentelemetry']);
});

describe('OTEL_METRICS_EXPORTER=prometheus', () => {
  test("serves the application's metrics and Outrider's under the contract's names, each once", async () => {
    const port = String(await freePort());
    const app = await startChild(
      'app.mjs',
      {
        OTEL_METRICS_EXPORTER: 'prometheus',
        OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
        OTEL_EXPORTER_PROMETHEUS_PORT: port,
      },
      'ends',
    );
    await get(`${app.url}/users/7`);
    const response = await fetch(`http://127.0.0.1:${port}/metrics?x`);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(promtool(text)).toBe('');
    expect(Object.values(series(text, 'http_server_request_duration_seconds_count'))).toEqual(['1']);
    expect(series(text, 'shop_orders_total')).toEqual({ '': '1' });
    expect((await fetch(`http://127.0.0.1:${port}//`)).status).toBe(404);
    await get(`${app.url}/end`);
    expect(await app.end()).toMatchObject({ code: 3, stdout: '' });
  });

  test('on a port that is taken is no reason not to start', async () => {
    const taken = await listening(createServer().listen(0, '127.0.0.1'));
    closing.push(taken.close);
    const app = await startChild('plain.mjs', {
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      OTEL_EXPORTER_PROMETHEUS_PORT: new URL(taken.url).port,
    });
    expect(await app.end('SIGTERM')).toMatchObject({ signal: 'SIGTERM', stdout: '', stderr: '' });
  });
});

test('OTEL_SDK_DISABLED=true starts nothing', async () => {
  const port = String(await freePort());
  const app = await startChild('plain.mjs', {
    OTEL_SDK_DISABLED: 'true',
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
    OTEL_EXPORTER_PROMETHEUS_PORT: port,
  });
  expect(JSON.parse(await get(app.url))).toEqual({ traceparent: 'undefined' });
  await expect(get(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow('fetch failed');
  expect(await app.end('SIGTERM')).toMatchObject({ signal: 'SIGTERM', stdout: '', stderr: '' });
});
