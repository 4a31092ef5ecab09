import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { AttributeSet } from '../../src/attributes.ts';
import { catalogue, metricDefinition } from '../../src/catalogue.ts';
import { Observer } from '../../src/observer.ts';
import type { MetricSource } from '../../src/metric-source.ts';
import { encodeOtlpJson } from '../../src/push/otlp-json.ts';
import type { OtlpEnvelope } from '../../src/push/otlp-json.ts';
import { Reading } from '../../src/push/reading.ts';

// The protocol's own definition, compiled from opentelemetry-proto: what it does not know it drops, what has the wrong
// type it refuses or converts, so JSON that comes back unchanged is JSON that it defines.
const require = createRequire(import.meta.url);
const { opentelemetry } = require('otlp-proto-definition/build/src/generated/root.js') as {
  opentelemetry: { proto: { collector: { metrics: { v1: { ExportMetricsServiceRequest: Message } } } } };
};
const Request = opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;

interface Message {
  fromObject(object: unknown): unknown;
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
  toObject(message: unknown, options: object): unknown;
}

const ENVELOPE = {
  resource: { 'service.name': 'shop', 'process.pid': 42, 'outrider.shutdown': true, ratio: 0.5 },
  scopeName: '@outrider/core',
  scopeVersion: '1.2.3',
  startTime: 1_700_000_000_000,
  time: 1_700_000_005_123,
};

/** The request after it went through the definition's own binary encoding and back. */
function roundTrip(json: string): unknown {
  const bytes = Request.encode(Request.fromObject(JSON.parse(json))).finish();
  return Request.toObject(Request.decode(bytes), { longs: String });
}

function encoded(source: MetricSource, envelope: Partial<OtlpEnvelope> = {}): string {
  return [...encodeOtlpJson(new Reading([source]), { ...ENVELOPE, ...envelope })].join('');
}

const everything: MetricSource = {
  collect(visitor) {
    const attributes = new AttributeSet({
      'http.route': '/quo"te\\\n\u2028/ü',
      'http.response.status_code': 200,
      flag: false,
      share: 0.25,
      gone: undefined,
    });
    visitor.metric(metricDefinition('process.cpu.time'));
    visitor.number(attributes, 12.5);
    visitor.number(new AttributeSet({}), 1e-7);
    visitor.metric(metricDefinition('http.server.active_requests'));
    visitor.number(attributes, 3);
    visitor.metric(metricDefinition('nodejs.eventloop.delay.p99'));
    visitor.number(attributes, 0.0015);
    visitor.metric(metricDefinition('nodejs.eventloop.delay.max'));
    visitor.metric(metricDefinition('http.server.request.duration'));
    visitor.histogram(attributes, [0.1, 1], Float64Array.of(9, 9, 5, 0, 2 ** 40), 2, 77.25);
    visitor.metric(metricDefinition('outrider.route.duration'));
    visitor.exponential(attributes, {
      scale: 3, zeroCount: 1, sum: 9.5, offset: -40, counts: Float64Array.of(0, 4, 0, 6, 0), at: 1, length: 3,
    }); // oxfmt-ignore
  },
};

describe('encodeOtlpJson', () => {
  test('is what the protocol defines, to the last field', () => {
    const json = encoded(everything);
    expect(roundTrip(json)).toEqual(JSON.parse(json));
  });

  test('says what it was told', () => {
    const { resourceMetrics } = JSON.parse(encoded(everything));
    const [{ resource, scopeMetrics }] = resourceMetrics;
    expect(resource.attributes).toEqual([
      { key: 'service.name', value: { stringValue: 'shop' } },
      { key: 'process.pid', value: { intValue: '42' } },
      { key: 'outrider.shutdown', value: { boolValue: true } },
      { key: 'ratio', value: { doubleValue: 0.5 } },
    ]);
    const metrics = Object.fromEntries(
      scopeMetrics[0].metrics.map((metric: { name: string }) => [metric.name, metric]),
    );
    // A metric without a point is not there.
    expect(Object.keys(metrics)).toEqual([
      'process.cpu.time',
      'http.server.active_requests',
      'nodejs.eventloop.delay.p99',
      'http.server.request.duration',
      'outrider.route.duration',
    ]);
    expect(metrics['process.cpu.time'].sum).toMatchObject({ isMonotonic: true, aggregationTemporality: 2 });
    expect(metrics['http.server.active_requests'].sum).toMatchObject({ isMonotonic: false, aggregationTemporality: 2 });
    expect(metrics['nodejs.eventloop.delay.p99'].gauge.dataPoints[0].startTimeUnixNano).toBeUndefined();
    expect(metrics['http.server.request.duration'].histogram.dataPoints[0]).toMatchObject({
      startTimeUnixNano: '1700000000000000000',
      timeUnixNano: '1700000005123000000',
      count: String(5 + 2 ** 40),
      sum: 77.25,
      bucketCounts: ['5', '0', String(2 ** 40)],
      explicitBounds: [0.1, 1],
    });
    expect(metrics['outrider.route.duration'].exponentialHistogram.dataPoints[0]).toMatchObject({
      count: '11',
      zeroCount: '1',
      scale: 3,
      positive: { offset: -40, bucketCounts: ['4', '0', '6'] },
    });
    expect(metrics['outrider.route.duration'].exponentialHistogram.dataPoints[0].attributes).toContainEqual({
      key: 'http.route',
      value: { stringValue: '/quo"te\\\n\u2028/ü' },
    });
  });

  test('writes what is no number as the mapping says', () => {
    const source: MetricSource = {
      collect(visitor) {
        visitor.metric(metricDefinition('process.uptime'));
        for (const value of [Number.NaN, Infinity, -Infinity]) visitor.number(new AttributeSet({}), value);
      },
    };
    const { resourceMetrics } = JSON.parse(encoded(source));
    const values = resourceMetrics[0].scopeMetrics[0].metrics[0].gauge.dataPoints.map(
      ({ asDouble }: { asDouble: unknown }) => asDouble,
    );
    expect(values).toEqual(['NaN', 'Infinity', '-Infinity']);
  });

  test('a whole observer is what the protocol defines, all of it in the catalogue', async () => {
    const observer = new Observer({ environment: {}, push: false });
    observer.pool(() => ({ used: 1, idle: 2, pending: 0, limit: 10, idleMin: 1 }), { name: 'orders' });
    observer.cache(() => ({ hits: 1, misses: 2, sets: 3, deletes: 4, errors: 0, entries: 5, maxEntries: 9 }), {
      name: 'users',
      tier: 'L1',
    });
    await expect.poll(() => encoded(observer), { timeout: 5000 }).toContain('nodejs.eventloop.delay.p99');
    const json = encoded(observer);
    await observer.shutdown();
    expect(roundTrip(json)).toEqual(JSON.parse(json));
    const names = JSON.parse(json).resourceMetrics[0].scopeMetrics[0].metrics.map(({ name }: { name: string }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name: string) => !catalogue.has(name))).toEqual([]);
  });

  test('an exemplar is a part of the protocol', () => {
    const exemplar = { value: 0.5, time: 1_700_000_004_000, traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) };
    const json = encoded({
      collect(visitor) {
        visitor.metric(metricDefinition('http.server.request.duration'));
        visitor.histogram(new AttributeSet({}), [1], Float64Array.of(1, 0), 0, 0.5, exemplar);
      },
    });
    const [point] = JSON.parse(json).resourceMetrics[0].scopeMetrics[0].metrics[0].histogram.dataPoints;
    expect(point.exemplars).toEqual([
      { timeUnixNano: '1700000004000000000', asDouble: 0.5, traceId: exemplar.traceId, spanId: exemplar.spanId },
    ]);
  });

  test('slow requests stand beside the metrics, and only where they are given', () => {
    expect(JSON.parse(encoded(everything, { slowRequests: '[{"route":"/x"}]' })).outriderSlowRequests).toEqual([
      { route: '/x' },
    ]);
    expect(JSON.parse(encoded(everything))).not.toHaveProperty('outriderSlowRequests');
  });

  test('what is recorded while a reading is being encoded is not in it', () => {
    const counts = Float64Array.of(1, 2, 3);
    const source: MetricSource = {
      collect(visitor) {
        visitor.metric(metricDefinition('http.server.request.duration'));
        visitor.histogram(new AttributeSet({}), [1, 2], counts, 0, 4);
      },
    };
    const pieces = encodeOtlpJson(new Reading([source]), ENVELOPE);
    counts.fill(100);
    expect([...pieces].join('')).toContain('"bucketCounts":["1","2","3"]');
  });

  test('many series come in pieces', () => {
    const source: MetricSource = {
      collect(visitor) {
        visitor.metric(metricDefinition('cache.entries'));
        for (let at = 0; at < 2000; at++) visitor.number(new AttributeSet({ 'cache.name': `cache-${at}` }), at);
      },
    };
    const pieces = [...encodeOtlpJson(new Reading([source]), ENVELOPE)];
    expect(pieces.length).toBeGreaterThan(5);
    for (const piece of pieces) expect(piece.length).toBeLessThan(20_000);
    expect(JSON.parse(pieces.join('')).resourceMetrics[0].scopeMetrics[0].metrics[0].sum.dataPoints).toHaveLength(2000);
  });
});
