import { diag } from '@opentelemetry/api';
import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import { Observer } from '@outrider/core';
import { catalogue, prometheusName } from '@outrider/core/catalogue';
import Koa from 'koa';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { metricsHandler, outriderMetricProducer } from '../src/index.ts';
import type { MetricsHandlerOptions } from '../src/index.ts';
import { ask, listening, observedApp, quietObserver } from './observed-app.ts';
import { families, promtool, series } from './prometheus-text.ts';

const closing: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** An observed Express application with the handler mounted at /metrics. */
async function served(options: MetricsHandlerOptions & { readonly observer: Observer }): Promise<string> {
  const { url, close } = await observedApp(options.observer, metricsHandler(options));
  closing.push(close);
  return url;
}

/** A MeterProvider of the application's own, and its reader. */
function application(metricProducers: MetricProducer[] = []): { reader: MetricProducer; meter: Meter } {
  const reader = new PrometheusExporter({ preventServerStart: true, metricProducers });
  const provider = new MeterProvider({ readers: [reader] });
  return { reader, meter: provider.getMeter('shop') };
}

async function scrape(url: string): Promise<string> {
  const response = await fetch(`${url}/metrics`);
  expect(response.status).toBe(200);
  return response.text();
}

describe('the text', () => {
  test('has exact counts, the names of the contract and nothing else, and promtool has no complaint', async () => {
    const observer = new Observer({ environment: {}, entryPoint: undefined, push: false });
    closing.push(() => observer.shutdown());
    observer.pool(() => ({ used: 3, idle: 2, pending: 0, limit: 10, min: 1 }), { name: 'orders' });
    observer.cache(() => ({ hits: 5, misses: 1, entries: 3, bytes: 100 }), { name: 'users', tier: 'memory' });
    const url = await served({ observer });
    await ask(observer, url, ['/users/1', '/users/2', '/users/3', '/broken', '/nowhere']);
    // The first sample of the runtime comes within a second.
    const sampled = Date.now() + 5000;
    let text = await scrape(url);
    while (!text.includes('process_unix_file_descriptor_count') && Date.now() < sampled) text = await scrape(url);

    expect(promtool(text)).toBe('');
    const known = new Set([...catalogue.values()].map(({ name, unit, kind }) => prometheusName(name, unit, kind)));
    expect(families(text).filter((name) => !known.has(name))).toEqual([]);
    expect(new Set(families(text)).size).toBe(families(text).length);
    expect(series(text, 'http_server_request_duration_seconds_count')).toEqual({
      '{http_request_method="GET",http_response_status_code="200",http_route="/users/:id",url_scheme="http"}': '3',
      '{error_type="500",http_request_method="GET",http_response_status_code="500",http_route="/broken",url_scheme="http"}':
        '1',
      '{http_request_method="GET",http_response_status_code="404",http_route="unmatched",url_scheme="http"}': '1',
    });
    expect(series(text, 'http_server_request_outcomes_total')['{outcome="completed"}']).toBe('5');
    expect(text).toContain('# TYPE db_client_connection_count untyped\n');
    expect(text).toContain('# TYPE process_unix_file_descriptor_count untyped\n');
    expect(text).toContain('# TYPE db_client_connection_limit gauge\n');
    expect(text).not.toContain('outrider_route_duration');
    expect(text).not.toMatch(/otel_scope|target_info|# UNIT/);
  });

  test('comes as Prometheus expects it', async () => {
    const observer = quietObserver();
    const url = await served({ observer });
    const { status, headers } = await fetch(`${url}/metrics`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    const head = await fetch(`${url}/metrics`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
    expect(await head.text()).toBe('');
  });

  test('holds the metrics of the application by the same rules', async () => {
    const observer = quietObserver();
    const { reader, meter } = application();
    meter.createCounter('shop.orders', { unit: '{order}' }).add(2, { 'shop.kind': 'a"b\n\\' });
    meter.createHistogram('shop.cart.size', { unit: 'By' }).record(10, { le: 'mine' });
    meter
      .createGauge('shop.load', { unit: '1' })
      .record(0.5, { 'a.b': 'x', a_b: 'y', a__b: 'z', __name__: 'v', '1st': 'w' });
    meter.createUpDownCounter('shop.basket.count').add(4);
    const text = await scrape(await served({ observer, readers: [reader] }));
    expect(promtool(text)).toBe('');
    expect(series(text, 'shop_orders_total')).toEqual({ '{shop_kind="a\\"b\\n\\\\"}': '2' });
    expect(series(text, 'shop_cart_size_bytes_bucket')['{exported_le="mine",le="+Inf"}']).toBe('1');
    expect(series(text, 'shop_load_ratio')).toEqual({ '{a_b="x;z;y",key_1st="w",key_name_="v"}': '0.5' });
    expect(text).toContain('# TYPE shop_basket_count untyped\n');
    expect(text).toContain('# HELP shop_basket_count OpenTelemetry metric shop.basket.count.\n');
  });

  test("of two metrics that want one name holds Outrider's", async () => {
    const observer = quietObserver();
    const { reader, meter } = application();
    // As @opentelemetry/instrumentation-http would.
    meter.createHistogram('http.server.request.duration', { unit: 's' }).record(1, { 'http.route': '/users/:id' });
    meter.createGauge('http.server.request.outcomes.total').record(9);
    const url = await served({ observer, readers: [reader] });
    await ask(observer, url, ['/users/1']);
    const text = await scrape(url);
    expect(promtool(text)).toBe('');
    expect(Object.values(series(text, 'http_server_request_duration_seconds_count'))).toEqual(['1']);
    expect(Object.values(series(text, 'http_server_request_outcomes_total'))).not.toContain('9');
  });

  test('holds a series once that two scopes have', async () => {
    const observer = quietObserver();
    const reader = new PrometheusExporter({ preventServerStart: true });
    const provider = new MeterProvider({ readers: [reader] });
    provider.getMeter('one').createCounter('shop.orders').add(2, { kind: 'a' });
    provider.getMeter('two').createCounter('shop.orders').add(3, { kind: 'a' });
    provider.getMeter('two').createCounter('shop.orders').add(5, { kind: 'b' });
    const text = await scrape(await served({ observer, readers: [reader] }));
    expect(series(text, 'shop_orders_total')).toEqual({ '{kind="a"}': '2', '{kind="b"}': '5' });
  });

  test('keeps the first of two metrics of the application that want one name', async () => {
    const { reader, meter } = application();
    meter.createCounter('shop.orders').add(2);
    meter.createGauge('shop.orders.total').record(9);
    const text = await scrape(await served({ observer: quietObserver(), readers: [reader] }));
    expect(promtool(text)).not.toContain('shop_orders_total');
    expect(series(text, 'shop_orders_total')).toEqual({ '': '2' });
  });

  test('holds nothing twice where the reader has the producer too', async () => {
    const observer = quietObserver();
    const { reader, meter } = application([outriderMetricProducer(observer)]);
    meter.createCounter('shop.orders').add(2);
    const warn = vi.fn<() => void>();
    diag.setLogger({ warn, error: warn, info: warn, debug: warn, verbose: warn });
    closing.push(() => diag.disable());
    const url = await served({ observer, readers: [reader] });
    await ask(observer, url, ['/users/1']);
    const text = await scrape(url);
    expect(promtool(text)).toBe('');
    expect(Object.values(series(text, 'http_server_request_duration_seconds_count'))).toEqual(['1']);
    expect(series(text, 'shop_orders_total')).toEqual({ '': '2' });
    // It is no conflict that anybody should hear of.
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('what is not whole is not shown', () => {
  test('a callback of the application that throws is a 503, and says nothing of why', async () => {
    const observer = quietObserver();
    const { reader, meter } = application();
    let broken = true;
    meter.createObservableGauge('shop.stock').addCallback((result) => {
      if (broken) throw new Error('postgres://user:secret@db');
      result.observe(7);
    });
    const url = await served({ observer, readers: [reader] });
    const response = await fetch(`${url}/metrics`);
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe('Collecting the metrics failed.\n');
    broken = false;
    expect(series(await scrape(url), 'shop_stock')).toEqual({ '': '7' });
  });

  test('a reader that rejects is a 503', async () => {
    const url = await served({
      observer: quietObserver(),
      // Bound to no provider.
      readers: [new PrometheusExporter({ preventServerStart: true })],
    });
    expect((await fetch(`${url}/metrics`)).status).toBe(503);
  });

  test('a callback that hangs is a 503 within the deadline, and it recovers when the callback does', async () => {
    const observer = quietObserver();
    const { reader, meter } = application();
    let hanging = true;
    meter.createObservableGauge('shop.stock').addCallback((result) => {
      if (hanging) return new Promise<never>(() => undefined);
      return result.observe(7);
    });
    const url = await served({ observer, readers: [reader], deadlineMs: 150 });
    for (const _ of [1, 2]) {
      const began = performance.now();
      const response = await fetch(`${url}/metrics`);
      expect(response.status).toBe(503);
      expect(performance.now() - began).toBeLessThan(1000);
    }
    hanging = false;
    expect(series(await scrape(url), 'shop_stock')).toEqual({ '': '7' });
  });

  test('a reader that hangs for ever is a 503 within the deadline, and is asked once', async () => {
    let asked = 0;
    const reader: MetricProducer = {
      collect() {
        asked++;
        return new Promise<never>(() => undefined);
      },
    };
    const url = await served({ observer: quietObserver(), readers: [reader], deadlineMs: 100 });
    for (const _ of [1, 2, 3]) {
      const response = await fetch(`${url}/metrics`);
      expect(response.status).toBe(503);
      expect(await response.text()).toBe('Collecting took longer than 100 ms.\n');
    }
    expect(asked).toBe(1);
  });

  test('the deadline is a second if none is given', async () => {
    const { reader, meter } = application();
    meter.createObservableGauge('shop.stock').addCallback(() => new Promise<never>(() => undefined));
    const url = await served({ observer: quietObserver(), readers: [reader] });
    const began = performance.now();
    expect((await fetch(`${url}/metrics`)).status).toBe(503);
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(performance.now() - began).toBeLessThan(3000);
  });
});

describe('scrapes', () => {
  test('at the same time share one collection; the next has its own', async () => {
    const { reader, meter } = application();
    let asked = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    meter.createObservableGauge('shop.stock').addCallback(async (result) => {
      asked++;
      await promise;
      result.observe(asked);
    });
    const handler = metricsHandler({ observer: quietObserver(), readers: [reader] });
    let begun = 0;
    const server = createServer((request, response) => {
      handler(request, response);
      begun++;
      if (begun === 20) resolve();
    });
    const { url, close } = await listening(server.listen(0, '127.0.0.1'));
    closing.push(close);
    const texts = await Promise.all(Array.from({ length: 20 }, () => scrape(url)));
    expect(new Set(texts).size).toBe(1);
    expect(asked).toBe(1);
    expect(series(await scrape(url), 'shop_stock')).toEqual({ '': '2' });
  });
});

describe('requests', () => {
  /** Sends lines as they are and returns the status line of the answer. */
  async function raw(url: string, requestLine: string): Promise<string | undefined> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(`${requestLine}\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return chunk.toString().split('\r\n', 1).at(0);
  }

  test('of any path and any form are answered', async () => {
    const server = createServer(metricsHandler({ observer: quietObserver() }));
    const { url, close } = await listening(server.listen(0, '127.0.0.1'));
    closing.push(close);
    const paths = [
      '/',
      '//',
      '///',
      '//[',
      '/%',
      '/%00',
      '/\\',
      '*',
      'http://[',
      'http://x:99999/',
      '/..//',
      `/${'a'.repeat(8000)}`,
    ];
    const answers = await Promise.all(paths.map((path) => raw(url, `GET ${path} HTTP/1.1`)));
    expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 200 OK']));
  });

  test('other than GET and HEAD are not allowed', async () => {
    const server = createServer(metricsHandler({ observer: quietObserver() }));
    const { url, close } = await listening(server.listen(0, '127.0.0.1'));
    closing.push(close);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const response = await fetch(url, { method });
      expect({ method, status: response.status }).toEqual({ method, status: 405 });
      expect(response.headers.get('allow')).toBe('GET, HEAD');
    }
  });

  test('whose client is gone do no harm', async () => {
    const { reader, meter } = application();
    const { promise, resolve } = Promise.withResolvers<void>();
    meter.createObservableGauge('shop.stock').addCallback(() => promise);
    const handler = metricsHandler({ observer: quietObserver(), readers: [reader] });
    const gone = Promise.withResolvers<void>();
    const server = createServer((request, response) => {
      response.once('close', () => gone.resolve());
      handler(request, response);
    });
    const { url, close } = await listening(server.listen(0, '127.0.0.1'));
    closing.push(close);
    const controller = new AbortController();
    const aborted = fetch(url, { signal: controller.signal });
    await once(server, 'request');
    controller.abort();
    await expect(aborted).rejects.toThrow('aborted');
    await gone.promise;
    resolve();
    expect((await fetch(url)).status).toBe(200);
  });

  test('of Koa are answered on the raw response', async () => {
    const handler = metricsHandler({ observer: quietObserver() });
    const app = new Koa();
    app.use((context) => {
      context.respond = false;
      handler(context.req, context.res);
    });
    const { url, close } = await listening(app.listen(0, '127.0.0.1'));
    closing.push(close);
    expect(promtool(await scrape(url))).toBe('');
  });

  test('that the framework has answered already are left alone', async () => {
    const handler = metricsHandler({ observer: quietObserver() });
    const server = createServer((request, response) => {
      response.writeHead(404).end('mine');
      handler(request, response);
    });
    const { url, close } = await listening(server.listen(0, '127.0.0.1'));
    closing.push(close);
    for (const method of ['GET', 'POST', 'GET']) expect(await (await fetch(url, { method })).text()).toBe('mine');
  });
});

test.each([
  [{ deadlineMs: 0 }, 'Option deadlineMs is 0: expected milliseconds, more than 0.'],
  [{ deadlineMs: '5' }, "Option deadlineMs is '5': expected milliseconds, more than 0."],
  [{ readers: [{}] }, 'Option readers is [ {} ]: expected a list of metric readers.'],
  [{ observer: 'mine' }, "Option observer is 'mine': expected an observer, such as getObserver()."],
  [{ path: '/x' }, 'There is no option path. The options are observer, readers, deadlineMs.'],
])('a wrong option throws and is named: %j', (options, message) => {
  expect(() => metricsHandler(options as MetricsHandlerOptions)).toThrow(message);
});
