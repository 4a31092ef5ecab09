import { metrics } from '@opentelemetry/api';
import { JsonMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { Observer, VERSION } from '@outrider/core';
import { catalogue } from '@outrider/core/catalogue';
import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { outriderMetricProducer } from '../src/index.ts';
import { ask, listening, observedApp, quietObserver } from './observed-app.ts';

const closing: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function observed(observer: Observer, paths: readonly string[]): Promise<string> {
  const { url, close } = await observedApp(observer);
  closing.push(close);
  await ask(observer, url, paths);
  return url;
}

function ownMetrics({ scopeMetrics }: ResourceMetrics): MetricData[] {
  return scopeMetrics.filter(({ scope }) => scope.name === '@outrider/core').flatMap((scope) => scope.metrics);
}

function metric(result: ResourceMetrics, name: string): MetricData {
  const [found, second] = ownMetrics(result).filter(({ descriptor }) => descriptor.name === name);
  if (found === undefined || second !== undefined) throw new Error(`${name} is not there, or twice`);
  return found;
}

describe('what the producer collects', () => {
  test('every kind of metric, cumulative, with counts that are exact', async () => {
    const observer = quietObserver({ OTEL_SERVICE_NAME: 'shop', OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.2.3' });
    observer.pool(() => ({ used: 3, idle: 2, limit: 10 }), { name: 'orders' });
    observer.cache(() => ({ enabled: true }), { name: 'users' });
    const began = Date.now();
    await observed(observer, ['/users/1', '/users/2', '/users/3', '/broken', '/nowhere']);
    const before = Date.now();
    const { resourceMetrics, errors } = await outriderMetricProducer(observer).collect();
    const after = Date.now();

    expect(errors).toEqual([]);
    expect(resourceMetrics.resource.attributes).toMatchObject({ 'service.name': 'shop', 'service.version': '1.2.3' });
    expect(resourceMetrics.scopeMetrics.map(({ scope }) => scope)).toEqual([
      { name: '@outrider/core', version: VERSION },
    ]);

    const duration = metric(resourceMetrics, 'http.server.request.duration');
    expect(duration).toMatchObject({
      descriptor: { unit: 's', description: catalogue.get('http.server.request.duration')!.description },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.HISTOGRAM,
    });
    const users = duration.dataPoints.find(({ attributes }) => attributes['http.route'] === '/users/:id')!;
    expect(users.attributes).toEqual({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'http.route': '/users/:id',
      'url.scheme': 'http',
      'service.version': '1.2.3',
    });
    const histogram = users.value as {
      count: number;
      sum: number;
      buckets: { boundaries: number[]; counts: number[] };
    };
    expect(Object.keys(histogram).toSorted()).toEqual(['buckets', 'count', 'sum']);
    expect(histogram.count).toBe(3);
    expect(histogram.buckets.counts).toHaveLength(histogram.buckets.boundaries.length + 1);
    expect(histogram.buckets.counts.reduce((sum, count) => sum + count)).toBe(3);
    expect(histogram.sum).toBeGreaterThan(0);

    expect(metric(resourceMetrics, 'http.server.request.outcomes')).toMatchObject({
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      dataPoints: expect.arrayContaining([expect.objectContaining({ attributes: { outcome: 'completed' }, value: 5 })]),
    });
    expect(metric(resourceMetrics, 'db.client.connection.limit')).toMatchObject({
      dataPointType: DataPointType.SUM,
      isMonotonic: false,
      dataPoints: [{ attributes: { 'db.client.connection.pool.name': 'orders' }, value: 10 }],
    });
    expect(metric(resourceMetrics, 'cache.enabled')).toMatchObject({
      dataPointType: DataPointType.GAUGE,
      dataPoints: [{ attributes: { 'cache.name': 'users' }, value: 1 }],
    });

    const exponential = metric(resourceMetrics, 'outrider.route.duration');
    expect(exponential.dataPointType).toBe(DataPointType.EXPONENTIAL_HISTOGRAM);
    const route = exponential.dataPoints.find(({ attributes }) => attributes['http.route'] === '/users/:id')!.value as {
      count: number;
      sum: number;
      positive: { bucketCounts: number[] };
    };
    expect(route.count).toBe(3);
    expect(route.positive.bucketCounts.reduce((sum, count) => sum + count)).toBe(3);
    expect(route.sum).toBeCloseTo(histogram.sum, 9);

    for (const { dataPoints } of ownMetrics(resourceMetrics)) {
      for (const { startTime, endTime } of dataPoints) {
        expect(milliseconds(startTime)).toBe(observer.startTime);
        expect(milliseconds(startTime)).toBeLessThanOrEqual(began);
        expect(milliseconds(endTime)).toBeGreaterThanOrEqual(before);
        expect(milliseconds(endTime)).toBeLessThanOrEqual(after);
      }
    }
  });

  test('a collection does not change afterwards', async () => {
    const observer = quietObserver();
    const url = await observed(observer, ['/users/1']);
    const { resourceMetrics } = await outriderMetricProducer(observer).collect();
    const kept = structuredClone(resourceMetrics.scopeMetrics);
    await ask(observer, url, ['/users/1', '/users/2']);
    expect(resourceMetrics.scopeMetrics).toEqual(kept);
  });

  test('an observer that fails is told as an error, beside what it said before', async () => {
    class Failing extends Observer {
      override collect(visitor: Parameters<Observer['collect']>[0]): void {
        super.collect(visitor);
        throw new Error('no more');
      }
    }
    const observer = new Failing({ environment: {}, push: false, runtime: false });
    const { resourceMetrics, errors } = await outriderMetricProducer(observer).collect();
    expect(errors).toEqual([new Error('no more')]);
    expect(ownMetrics(resourceMetrics).length).toBeGreaterThan(0);
  });

  test('all of it is what the push sends', async () => {
    const bodies: string[] = [];
    const receiver = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        bodies.push(body);
        response.end('{}');
      });
    });
    const { url, close } = await listening(receiver.listen(0, '127.0.0.1'));
    closing.push(close);
    const observer = new Observer({
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_METRIC_EXPORT_INTERVAL: '600000' },
      runtime: false,
    });
    closing.push(() => observer.shutdown());
    observer.pool(() => ({ used: 3, idle: 2 }), { name: 'orders' });
    await observed(observer, ['/users/1', '/broken', '/nowhere']);

    const { resourceMetrics } = await outriderMetricProducer(observer).collect();
    expect(await observer.push()).toBe('ok');
    const produced = new TextDecoder().decode(JsonMetricsSerializer.serializeRequest(resourceMetrics));
    expect(plain(produced)).toEqual(plain(bodies.at(-1)!));
  });
});

describe('in a reader of the SDK', () => {
  test('a PeriodicExportingMetricReader exports it once, beside the metrics of the application', async () => {
    const observer = quietObserver();
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, metricProducers: [outriderMetricProducer(observer)] });
    const provider = new MeterProvider({ readers: [reader] });
    closing.push(() => provider.shutdown());
    provider.getMeter('shop').createCounter('shop.orders').add(2);
    const url = await observed(observer, ['/users/1', '/users/2']);
    await provider.forceFlush();
    await ask(observer, url, ['/users/3']);
    await provider.forceFlush();

    const exports = exporter.getMetrics();
    expect(exports).toHaveLength(2);
    expect(exports.map((result) => completed(result))).toEqual([2, 3]);
    const all = exports.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    const names = all.map(({ descriptor }) => descriptor.name);
    expect(names).toContain('shop.orders');
    // Each once in each of the two exports.
    expect(names.length).toBe(2 * new Set(names).size);
    expect(names.filter((name) => name !== 'shop.orders' && !catalogue.has(name))).toEqual([]);
  });

  test('two readers see the same', async () => {
    const observer = quietObserver();
    const readers = [1, 2].map(
      () => new PrometheusExporter({ preventServerStart: true, metricProducers: [outriderMetricProducer(observer)] }),
    );
    const provider = new MeterProvider({ readers });
    closing.push(() => provider.shutdown());
    await observed(observer, ['/users/1', '/users/2']);
    const results = await Promise.all(readers.map((reader) => reader.collect()));
    expect(results.map(({ resourceMetrics }) => completed(resourceMetrics))).toEqual([2, 2]);
  });

  test('a NodeSDK takes it with the reader', async () => {
    const observer = quietObserver();
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const sdk = new NodeSDK({
      metricReaders: [
        new PeriodicExportingMetricReader({ exporter, metricProducers: [outriderMetricProducer(observer)] }),
      ],
      spanProcessors: [],
      logRecordProcessors: [],
    });
    sdk.start();
    closing.push(() => metrics.disable());
    await observed(observer, ['/users/1']);
    await sdk.shutdown();
    expect(completed(exporter.getMetrics().at(-1)!)).toBe(1);
  });
});

function completed(result: ResourceMetrics): unknown {
  const { dataPoints } = metric(result, 'http.server.request.outcomes');
  return dataPoints.find(({ attributes }) => attributes['outcome'] === 'completed')?.value;
}

function milliseconds([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

interface Otlp {
  readonly resourceMetrics: ReadonlyArray<{ readonly scopeMetrics: ReadonlyArray<{ readonly metrics: OtlpMetric[] }> }>;
}
type OtlpMetric = { readonly name: string } & Readonly<Record<string, unknown>>;

/** The metrics of an OTLP message by name, without what may differ: times, the spelling of numbers, empty fields. */
function plain(message: string): Record<string, unknown> {
  const { resourceMetrics } = JSON.parse(message) as Otlp;
  const all = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  // The push counts itself.
  const settled = all.filter(({ name }) => name !== 'outrider.pushes');
  return Object.fromEntries(settled.map((found) => [found.name, normal(found)]));
}

function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key]) => !['startTimeUnixNano', 'timeUnixNano', 'flags'].includes(key),
  );
  const parts = entries.map(([key, part]) => [key, normal(part)] as const);
  return Object.fromEntries(parts.filter(([key, part]) => !isEmpty(key, part)));
}

function isEmpty(key: string, part: unknown): boolean {
  if (key === 'attributes') return Array.isArray(part) && part.length === 0;
  return key === 'negative' || part === undefined;
}
