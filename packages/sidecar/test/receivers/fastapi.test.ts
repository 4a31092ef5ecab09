import { readFileSync } from 'node:fs';
import { LATENCY_BOUNDS } from '@outrider/core/catalogue';
import { describe, expect, it } from 'vitest';
import type { HistogramPoint } from '../../src/metric.ts';
import type { ResourceMetrics } from '../../src/receivers/decoded.ts';
import { otlpLimits } from '../../src/receivers/otlp-limits.ts';
import { decodeOtlpProtobuf } from '../../src/receivers/otlp-protobuf.ts';
import { exposition, stored } from './stored.ts';

function recorded(name: string): readonly ResourceMetrics[] {
  const { resources, dropped } = decodeOtlpProtobuf(
    readFileSync(new URL(`fastapi/${name}.bin`, import.meta.url)),
    otlpLimits,
  );
  expect(dropped.size).toBe(0);
  return resources;
}

/** The points of the latency histogram, by method, route and status. */
function latencies(...names: readonly string[]): Record<string, HistogramPoint> {
  const [session] = stored(names.map(recorded)).sessions;
  const metric = session?.metrics.find(({ name }) => name === 'http.server.request.duration');
  if (metric?.kind !== 'histogram') throw new Error('there is no latency histogram');
  const request = ['http.request.method', 'http.route', 'http.response.status_code'];
  return Object.fromEntries(
    metric.points.map((point) => {
      const of = new Map(point.attributes);
      return [request.map((name) => of.get(name) ?? '-').join(' '), point];
    }),
  );
}

function counts(...names: readonly string[]): Record<string, number> {
  return Object.fromEntries(Object.entries(latencies(...names)).map(([request, { count }]) => [request, count]));
}

const first = {
  'GET /products/{product_id} 200': 2,
  'GET /products/{product_id} 404': 1,
  'POST /orders 200': 1,
  'GET /broken 503': 1,
  'GET - 404': 1,
};

describe('what a FastAPI service sends', () => {
  it.each([
    ['old-conventions', ['old-conventions']],
    ['cumulative', ['cumulative']],
    ['delta', ['delta-1', 'delta-2']],
    ['exponential', ['exponential']],
  ])('is shown: %s', async (name, files) => {
    const text = await exposition(files.map(recorded));
    expect(text).not.toContain('secret');
    expect(text).not.toContain('localhost');
    await expect(text).toMatchFileSnapshot(`fastapi/${name}.prom`);
  });

  it('counts the same requests by the same names, whatever it is told to send', () => {
    expect(counts('cumulative')).toEqual(first);
    expect(counts('old-conventions')).toEqual(first);
    expect(counts('exponential')).toEqual(first);
    expect(counts('delta-1')).toEqual(first);
    const second = { ...first, 'GET /products/{product_id} 200': 3, 'GET /broken 503': 2 };
    expect(counts('delta-1', 'delta-2')).toEqual(second);
    expect(counts('delta-1', 'delta-2', 'delta-2', 'delta-1')).toEqual(second);
  });

  it('is in seconds and has the buckets of the service, or those of Outrider if it sends exponential ones', () => {
    const bound = (name: string): unknown => latencies(name)['POST /orders 200']?.bounds.at(-1);
    expect([bound('cumulative'), bound('old-conventions')]).toEqual([10, 10]);
    expect(latencies('exponential')['POST /orders 200']?.bounds).toBe(LATENCY_BOUNDS);
    for (const name of ['cumulative', 'old-conventions', 'exponential']) {
      // None of these requests took a tenth of a second.
      expect(latencies(name)['POST /orders 200']?.sum).toBeLessThan(0.1);
    }
  });
});
