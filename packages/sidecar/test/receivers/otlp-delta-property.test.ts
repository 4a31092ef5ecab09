import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ResourceMetrics } from '../../src/receivers/decoded.ts';
import { attributesKey } from '../../src/metric.ts';
import { countsOf } from '../../src/store/cumulative.ts';
import { encodings, requestOf } from './otlp-encode.ts';
import { stored } from './stored.ts';

const BOUNDS = [1, 4, 16];
const KINDS = ['counter', 'updowncounter', 'histogram', 'exponential'] as const;

/** What was measured: a whole number, so that sums are exact in any order. */
interface Measured {
  readonly kind: (typeof KINDS)[number];
  readonly series: 'x' | 'y';
  readonly value: number;
}

const measured: fc.Arbitrary<Measured> = fc.record({
  kind: fc.constantFrom(...KINDS),
  series: fc.constantFrom('x', 'y'),
  value: fc.integer({ min: 1, max: 100 }),
});
/** What happened between two pushes, and how the second is sent. */
const interval = fc.record({
  all: fc.array(measured, { maxLength: 6 }),
  encoding: fc.constantFrom(...encodings),
  reversed: fc.boolean(),
  again: fc.boolean(),
});

function total(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function dataPoint(kind: Measured['kind'], values: readonly number[]): object {
  if (kind === 'counter') return { asInt: String(total(values)) };
  // Every third one is taken back, so that the sum falls now and then.
  if (kind === 'updowncounter') return { asDouble: total(values.map((value) => (value % 3 === 0 ? -value : value))) };
  const head = { count: String(values.length), sum: total(values) };
  const bucket = (lower: number, upper: number): string =>
    String(values.filter((value) => value > lower && value <= upper).length);
  if (kind === 'histogram') {
    const bucketCounts = [...BOUNDS, Infinity].map((bound, i) => bucket(BOUNDS[i - 1] ?? -Infinity, bound));
    return { ...head, explicitBounds: BOUNDS, bucketCounts };
  }
  const bucketCounts = Array.from({ length: 8 }, (_, i) => bucket(2 ** (i - 1), 2 ** i));
  return { ...head, scale: 0, zeroCount: '0', positive: { offset: -1, bucketCounts } };
}

function request(
  all: readonly Measured[],
  aggregationTemporality: number,
  times: readonly [start: number, end: number],
  reversed: boolean,
): object {
  const metrics = KINDS.map((kind) => {
    const dataPoints = (['x', 'y'] as const).flatMap((series) => {
      const values = all.filter((one) => one.kind === kind && one.series === series).map(({ value }) => value);
      const pairs = [
        { key: 'series', value: { stringValue: series } },
        { key: 'a', value: { stringValue: 'b' } },
      ];
      const attributes = reversed ? pairs.toReversed() : pairs;
      const [startTimeUnixNano, timeUnixNano] = times.map((second) => `${1_700_000_000 + second}000000000`);
      if (values.length === 0) return [];
      return [{ ...dataPoint(kind, values), attributes, startTimeUnixNano, timeUnixNano }];
    });
    if (kind === 'counter' || kind === 'updowncounter') {
      return { name: kind, sum: { aggregationTemporality, isMonotonic: kind === 'counter', dataPoints } };
    }
    const type = kind === 'histogram' ? 'histogram' : 'exponentialHistogram';
    return { name: kind, [type]: { aggregationTemporality, dataPoints } };
  });
  return requestOf(...metrics);
}

/** What is counted, by metric and series; an exponential histogram by its buckets that hold anything. */
function totals(requests: ReadonlyArray<readonly ResourceMetrics[]>): unknown {
  const metrics = stored(requests).sessions[0]?.metrics ?? [];
  return Object.fromEntries(
    metrics.flatMap(({ name, points }) =>
      points.map((sent) => {
        const point = countsOf(sent);
        const key = `${name} ${attributesKey(point.attributes)}`;
        if (!('scale' in point)) return [key, point];
        const { scale, offset, counts, ...rest } = point;
        const buckets = counts.map((count, i) => [scale, offset + i, count]).filter(([, , count]) => count !== 0);
        return [key, { ...rest, buckets }];
      }),
    ),
  );
}

it('deltas, however they are cut, sent and sent again, add up to what is sent cumulative', () => {
  fc.assert(
    fc.property(fc.array(interval, { minLength: 1, maxLength: 8 }), (intervals) => {
      const deltas: Array<readonly ResourceMetrics[]> = [];
      const cumulative: Array<readonly ResourceMetrics[]> = [];
      let soFar: readonly Measured[] = [];
      for (const [i, { all, encoding, reversed, again }] of intervals.entries()) {
        soFar = [...soFar, ...all];
        const { resources } = encoding.decode(request(all, 1, [i, i + 1], reversed));
        deltas.push(resources);
        if (again) deltas.push(resources);
        cumulative.push(encoding.decode(request(soFar, 2, [0, i + 1], reversed)).resources);
      }
      expect(totals(deltas)).toEqual(totals(cumulative));
    }),
    { numRuns: 300 },
  );
});
