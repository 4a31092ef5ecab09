import { describe, expect, it } from 'vitest';
import type { Metric } from '../../src/metric.ts';
import { Bench } from './bench.ts';
import { from, histogram, number } from './pushes.ts';

function held(bench: Bench): readonly unknown[] {
  return bench.store.view().sessions[0]?.metrics.flatMap(({ points }): readonly unknown[] => points) ?? [];
}

function during<Of extends Metric>(metric: Of, start: number, end: number): Of {
  return { ...metric, points: metric.points.map((point) => ({ ...point, interval: { start, end } })) };
}

describe('one series of two scopes', () => {
  it('is what both counted', () => {
    const bench = new Bench();
    const calls = (value: number) => number('calls', 'counter', [[value, { k: 'x' }]]);
    bench.push(from('a', [calls(1), calls(2), number('calls', 'counter', [[4, { k: 'y' }]])]));
    expect(bench.counts('calls')).toEqual([{ x: 3, y: 4 }]);
    expect(bench.store.view().series).toBe(2);
  });

  it('is what both counted in a histogram', () => {
    const bench = new Bench();
    const time = (counts: readonly number[], sum: number) => histogram('time', {}, [1], counts, sum);
    bench.push(from('a', [time([1, 2], 3)]), from('a', [time([4, 0], 1)]));
    expect(held(bench)).toMatchObject([{ counts: [5, 2], count: 7, sum: 4 }]);
  });

  it('is what both counted in a time, and counts once', () => {
    const bench = new Bench();
    const calls = (value: number, start: number, end: number) =>
      during(number('calls', 'counter', [[value]]), start, end);
    const both = from('a', [calls(1, 10, 20), calls(2, 5, 21)]);
    expect([bench.push(both), bench.push(both)]).toEqual([{}, { duplicate_delta: 1 }]);
    expect(held(bench)).toMatchObject([{ value: 3, interval: { start: 5, end: 21 } }]);
  });

  it.each([
    ['first', [100, 101, 102]],
    ['last', [2, 4, 6]],
  ])('does not fall if one counts since its start, and the other sends deltas: those come %s', (order, expected) => {
    const bench = new Bench();
    const seen = [0, 1, 2].map((at) => {
      const since = number('calls', 'counter', [[100 + at]]);
      const deltas = during(number('calls', 'counter', [[2]]), at, at + 1);
      bench.push(from('a', order === 'last' ? [since, deltas] : [deltas, since]));
      return bench.counts('calls')[0]?.[''];
    });
    expect(seen).toEqual(expected);
  });

  it('takes no longer than the points that are sent, however many scopes there are', () => {
    const bench = new Bench(10_000);
    const scopes = Array.from({ length: 50_000 }, (_, i) => number('calls', 'counter', [[1, { k: String(i % 100) }]]));
    bench.push(from('a', scopes));
    expect(Object.values(bench.counts('calls')[0] ?? {})).toEqual(Array.from({ length: 100 }, () => 500));
  });

  it('has no sum if it is a gauge', () => {
    const bench = new Bench();
    const depth = (value: number) => number('depth', 'gauge', [[value]]);
    bench.push(from('a', [depth(3), depth(4)]));
    expect(held(bench)).toMatchObject([{ value: 3 }, { value: 4 }]);
  });
});
