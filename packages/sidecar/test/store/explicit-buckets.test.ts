import * as fc from 'fast-check';
import { LATENCY_BOUNDS } from '@outrider/core/catalogue';
import { describe, expect, it } from 'vitest';
import type { ExponentialPoint, HistogramPoint } from '../../src/metric.ts';
import { explicitBuckets } from '../../src/store/explicit-buckets.ts';
import { Bench } from './bench.ts';
import { from } from './pushes.ts';

/** What a recorder of exponential buckets has of these values. */
function exponential(values: readonly number[], scale: number): ExponentialPoint {
  const indexes = values.filter((value) => value > 0).map((value) => Math.ceil(Math.log2(value) * 2 ** scale) - 1);
  const offset = indexes.length === 0 ? 0 : Math.min(...indexes);
  const counts: number[] = Array.from(
    { length: indexes.length === 0 ? 0 : Math.max(...indexes) - offset + 1 },
    () => 0,
  );
  for (const index of indexes) counts[index - offset] = (counts[index - offset] ?? 0) + 1;
  const sum = values.reduce((a, b) => a + b, 0);
  return {
    attributes: [],
    count: values.length,
    sum,
    scale,
    zeroCount: values.length - indexes.length,
    offset,
    counts,
  };
}

const upTo = ({ bounds, counts }: HistogramPoint): number[] =>
  bounds.map((_, i) => counts.slice(0, i + 1).reduce((a, b) => a + b, 0));

describe('explicit buckets of an exponential histogram', () => {
  it('hold each of its buckets where its upper end lies', () => {
    // Scale 0: (1/4, 1/2], (1/2, 1], (1, 2].
    const point = { ...exponential([], 0), zeroCount: 1, offset: -2, counts: [2, 4, 8], count: 15, sum: 20 };
    expect(explicitBuckets(point, [0.5, 0.75, 1.5])).toEqual({
      attributes: [],
      count: 15,
      sum: 20,
      bounds: [0.5, 0.75, 1.5],
      counts: [3, 0, 4, 8],
    });
  });

  it('never say that more was below a bound than was, and miss at most what is just below it', () => {
    const scale = 5;
    const share = 2 ** (2 ** -scale);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-4, max: 20, noNaN: true }))), (values) => {
        const converted = explicitBuckets(exponential(values, scale), LATENCY_BOUNDS);
        expect(converted.counts.reduce((a, b) => a + b, 0)).toBe(values.length);
        for (const [i, counted] of upTo(converted).entries()) {
          const bound = LATENCY_BOUNDS[i] ?? NaN;
          // Half an ulp of a logarithm may put a value into the bucket beside its own.
          expect(counted).toBeLessThanOrEqual(values.filter((value) => value <= bound * (1 + 1e-12)).length);
          expect(counted).toBeGreaterThanOrEqual(
            values.filter((value) => value <= (bound / share) * (1 - 1e-12)).length,
          );
        }
      }),
    );
  });
});

describe('an exponential histogram by the name of an explicit one', () => {
  const metric = (values: readonly number[], scale: number, name = 'http.server.request.duration') => ({
    name,
    unit: 's',
    description: '',
    kind: 'exponential_histogram' as const,
    points: [exponential(values, scale)],
  });

  function held(bench: Bench): HistogramPoint {
    const [first] = bench.store.view().sessions[0]?.metrics ?? [];
    if (first?.kind !== 'histogram' || first.points[0] === undefined) throw new Error('there is no histogram');
    return first.points[0];
  }

  it('feeds the same series', () => {
    const bench = new Bench();
    bench.push(from('a', [metric([0.004, 0.2, 99], 3)]));
    expect(held(bench)).toMatchObject({ count: 3, bounds: LATENCY_BOUNDS });
    expect(upTo(held(bench))).toEqual(LATENCY_BOUNDS.map((bound) => (bound < 0.25 ? 1 : 2)));
  });

  it('stays exponential by a name that is not in the catalogue, or is exponential there', () => {
    const bench = new Bench();
    bench.push(from('a', [metric([1], 3, 'shop.time'), metric([1], 3, 'outrider.route.duration')]));
    const kinds = bench.store.view().sessions[0]?.metrics.map(({ kind }) => kind);
    expect(kinds).toEqual(['exponential_histogram', 'exponential_histogram']);
  });

  it('has no bucket that falls when the sender makes its own coarser', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.double({ min: 1e-3, max: 12, noNaN: true }), { maxLength: 8 }), {
          minLength: 2,
          maxLength: 6,
        }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 6, maxLength: 6 }),
        (pushes, steps) => {
          const bench = new Bench();
          let scale = 6;
          let values: number[] = [];
          let before: readonly number[] = [];
          for (const [i, more] of pushes.entries()) {
            values = [...values, ...more];
            scale -= steps[i] ?? 0;
            bench.push(from('a', [metric(values, scale)]));
            const now = held(bench);
            expect(now.counts.reduce((a, b) => a + b, 0)).toBe(values.length);
            expect(now.count).toBe(values.length);
            const counted = upTo(now);
            expect(counted.every((count, at) => count >= (before[at] ?? 0))).toBe(true);
            before = counted;
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('begins anew with a process that does', () => {
    const bench = new Bench();
    bench.push(from('a', [metric([1, 2, 3, 4], 3)]));
    bench.push(from('a', [metric([5], 3)]));
    expect(held(bench)).toMatchObject({ count: 1 });
    expect(held(bench).counts.reduce((a, b) => a + b, 0)).toBe(1);
  });

  it('begins anew though its buckets are coarser than those that were counted', () => {
    const bench = new Bench();
    // At scale 6 it lies below 5 ms, at scale 0 in a bucket that reaches to 7.8 ms.
    bench.push(from('a', [metric([0.0049], 6)]));
    bench.push(from('a', [metric([0.0049], 0)]));
    expect(upTo(held(bench))[0]).toBe(1);
    bench.push(from('a', [metric([9, 9], 0)]));
    expect(held(bench).counts).toEqual([...LATENCY_BOUNDS.map(() => 0), 2]);
  });

  it('adds up if it is sent as deltas', () => {
    const bench = new Bench();
    const delta = (values: readonly number[], scale: number, start: number, end: number) => {
      const { points, ...head } = metric(values, scale);
      return { ...head, points: points.map((point) => ({ ...point, interval: { start, end } })) };
    };
    bench.push(from('a', [delta([0.001, 0.5], 6, 1, 2)]));
    bench.push(from('a', [delta([0.5, 100], 2, 2, 3)]));
    expect(held(bench)).toMatchObject({ count: 4, sum: 101.001 });
    expect(upTo(held(bench)).at(-1)).toBe(3);
  });
});
