import { describe, expect, it } from 'vitest';
import type { DeltaInterval, ExponentialMetric, HistogramMetric, Metric, NumberMetric } from '../../src/metric.ts';
import { Bench, MINUTE, SECOND } from './bench.ts';
import { from, GOODBYE, histogram, number } from './pushes.ts';

function during(start: number, end: number): { readonly interval: DeltaInterval } {
  return { interval: { start, end } };
}

/** A metric as the deltas of a time. */
function delta<Of extends Metric>(metric: Of, start: number, end: number): Of {
  return { ...metric, points: metric.points.map((point) => ({ ...point, ...during(start, end) })) };
}

function calls(value: number, start: number, end: number, of: Readonly<Record<string, string>> = {}): NumberMetric {
  return delta(number('calls', 'counter', [[value, of]]), start, end);
}

function time(counts: readonly number[], sum: number, start: number, end: number, bounds = [1]): HistogramMetric {
  return delta(histogram('time', {}, bounds, counts, sum), start, end);
}

function spread(
  scale: number,
  offset: number,
  counts: readonly number[],
  start: number,
  end: number,
): ExponentialMetric {
  const count = counts.reduce((a, b) => a + b, 1);
  const point = { attributes: [], count, sum: count, scale, zeroCount: 1, offset, counts, ...during(start, end) };
  return { name: 'spread', unit: '', description: '', kind: 'exponential_histogram', points: [point] };
}

function points(bench: Bench, name: string): readonly unknown[] {
  const metrics = bench.store.view().sessions[0]?.metrics ?? [];
  return metrics.filter((metric) => metric.name === name).flatMap((metric): readonly unknown[] => metric.points);
}

describe('deltas', () => {
  it('of a counter add up, whatever the order of its series', () => {
    const bench = new Bench();
    bench.push(from('a', [calls(1, 0, 1, { k: 'x' }), calls(2, 0, 1, { k: 'y' })]));
    bench.push(from('a', [calls(10, 1, 2, { k: 'y' }), calls(20, 1, 2, { k: 'z' })]));
    bench.push(from('a', [calls(100, 2, 3, { k: 'x' })]));
    expect(bench.counts('calls')).toEqual([{ x: 101, y: 12, z: 20 }]);
    expect(bench.store.view().series).toBe(3);
  });

  it('of a histogram add up: buckets, count and sum', () => {
    const bench = new Bench();
    bench.push(from('a', [time([1, 2], 3, 0, 1)]));
    bench.push(from('a', [time([4, 0], 0.5, 1, 2)]));
    expect(points(bench, 'time')).toMatchObject([{ counts: [5, 2], count: 7, sum: 3.5 }]);
  });

  it('of an exponential histogram add up, at the coarser scale', () => {
    const bench = new Bench();
    bench.push(from('a', [spread(1, 2, [1, 1], 0, 1)]));
    bench.push(from('a', [spread(0, 0, [1, 1], 1, 2)]));
    expect(points(bench, 'spread')).toMatchObject([
      { scale: 0, offset: 0, counts: [1, 3], zeroCount: 2, count: 6, sum: 6 },
    ]);
  });

  it('of a sum that may fall add up, and are gone with the process', () => {
    const bench = new Bench();
    const open = (value: number, start: number, end: number, resource = {}) =>
      bench.push(from('a', [delta(number('open', 'updowncounter', [[value]]), start, end)], resource));
    open(5, 0, 1);
    open(-3, 1, 2);
    expect(points(bench, 'open')).toMatchObject([{ value: 2 }]);
    open(1, 2, 3, GOODBYE);
    expect(points(bench, 'open')).toEqual([]);
  });

  it('of a sum that may fall are hidden while the process is silent, and right once it is back', () => {
    const bench = new Bench();
    const open = (value: number, start: number, end: number) =>
      from('a', [delta(number('open', 'updowncounter', [[value]]), start, end)]);
    bench.push(open(5, 0, 1));
    bench.now += SECOND;
    bench.push(open(2, 1, 2));
    bench.now += MINUTE;
    expect(points(bench, 'open')).toEqual([]);
    bench.push(open(-1, 2, 3));
    expect(points(bench, 'open')).toMatchObject([{ value: 6 }]);
  });

  it('stay as they were where a push says nothing of them', () => {
    const bench = new Bench();
    bench.push(from('a', [calls(1, 0, 1), time([1, 0], 1, 0, 1)]));
    bench.push(from('a', [number('depth', 'gauge', [[3]])]));
    expect(bench.counts('calls')).toEqual([{ '': 1 }]);
    expect(points(bench, 'time')).toHaveLength(1);
  });

  it('begin anew with other bounds', () => {
    const bench = new Bench();
    bench.push(from('a', [time([1, 2], 3, 0, 1)]));
    bench.push(from('a', [time([4, 0], 0.5, 1, 2, [2])]));
    bench.push(from('a', [time([1, 0], 0.5, 2, 3, [2])]));
    expect(points(bench, 'time')).toMatchObject([{ bounds: [2], counts: [5, 0], sum: 1 }]);
  });

  it('begin anew where the process counted in whole before', () => {
    const bench = new Bench();
    bench.push(
      from('a', [
        number('calls', 'counter', [
          [7, { k: 'x' }],
          [8, { k: 'y' }],
        ]),
      ]),
    );
    bench.push(from('a', [calls(1, 0, 1, { k: 'x' })]));
    bench.push(from('a', [calls(1, 1, 2, { k: 'x' })]));
    expect(bench.counts('calls')).toEqual([{ x: 2 }]);
  });

  it('stay where another series of the metric is told in whole', () => {
    const bench = new Bench();
    const whole = (value: number) => number('calls', 'counter', [[value, { k: 'y' }]]);
    bench.push(from('a', [calls(5, 0, 1, { k: 'x' }), whole(100)]));
    bench.push(from('a', [whole(101)]));
    bench.push(from('a', [calls(5, 2, 3, { k: 'x' }), whole(102)]));
    expect(bench.counts('calls')).toEqual([{ x: 10, y: 102 }]);
  });

  it('have the exemplars of the last', () => {
    const bench = new Bench();
    const exemplar = { value: 1, time: 1, traceId: undefined, spanId: undefined };
    const withExemplar = (metric: NumberMetric): NumberMetric => ({
      ...metric,
      points: metric.points.map((point) => ({ ...point, exemplars: [exemplar] })),
    });
    bench.push(from('a', [withExemplar(calls(1, 0, 1))]));
    bench.push(from('a', [calls(1, 1, 2)]));
    expect(points(bench, 'calls')[0]).not.toHaveProperty('exemplars');
    bench.push(from('a', [withExemplar(calls(1, 2, 3))]));
    expect(points(bench, 'calls')).toMatchObject([{ value: 3, exemplars: [exemplar] }]);
  });
});

describe('a delta that is sent again', () => {
  const once = from('a', [calls(1, 100, 200), time([1, 0], 1, 100, 200)]);

  it('counts once, and is counted as a duplicate', () => {
    const bench = new Bench();
    expect(bench.push(once)).toEqual({});
    expect(bench.push(once)).toEqual({ duplicate_delta: 2 });
    bench.push(from('a', [calls(1, 200, 300)]));
    expect(bench.push(once)).toEqual({ duplicate_delta: 2 });
    expect(bench.counts('calls')).toEqual([{ '': 2 }]);
  });

  it('is no duplicate of another series, or another process', () => {
    const bench = new Bench();
    bench.push(once);
    expect(bench.push(from('a', [calls(1, 100, 200, { k: 'x' })]), from('b', [calls(1, 100, 200)]))).toEqual({});
  });

  it('counts once though it begins where it ends, as in the example of the protocol', () => {
    const bench = new Bench();
    const moment = from('a', [calls(5, 100, 100)]);
    expect([bench.push(moment), bench.push(moment)]).toEqual([{}, { duplicate_delta: 1 }]);
    expect(bench.counts('calls')).toEqual([{ '': 5 }]);
  });

  it('cannot be told from another without a time', () => {
    const bench = new Bench();
    const timeless = from('a', [calls(1, 0, 0)]);
    expect([bench.push(timeless), bench.push(timeless), bench.push(once)]).toEqual([{}, {}, {}]);
    expect(bench.push(once)).toEqual({ duplicate_delta: 2 });
    bench.push(timeless);
    expect(bench.push(once)).toEqual({ duplicate_delta: 2 });
    expect(bench.counts('calls')).toEqual([{ '': 4 }]);
  });

  it('is told from the next one of a process whose clock was set back', () => {
    const bench = new Bench();
    bench.push(once);
    const back = from('a', [calls(1, 200, 50)]);
    expect([bench.push(back), bench.push(back)]).toEqual([{}, { duplicate_delta: 1 }]);
    expect(bench.push(from('a', [calls(1, 50, 120)]))).toEqual({});
    expect(bench.counts('calls')).toEqual([{ '': 3 }]);
  });
});

describe('the sums of deltas', () => {
  it('have as many series as there is room for; what is let in goes on counting', () => {
    const bench = new Bench(2);
    const push = (at: number) =>
      bench.push(
        from(
          'a',
          ['x', 'y', 'z'].map((k) => calls(1, at, at + 1, { k })),
        ),
      );
    expect([push(0), push(1)]).toEqual([{ too_many_series: 1 }, { too_many_series: 1 }]);
    expect(bench.counts('calls')).toEqual([{ x: 2, y: 2 }]);
    expect(bench.store.view().series).toBe(2);
  });

  it('are carried on by whoever takes over the slot', () => {
    const bench = new Bench();
    bench.push(from('a', [calls(3, 0, 1)], GOODBYE));
    bench.push(from('b', [calls(4, 1, 2)]));
    bench.push(from('b', [calls(4, 2, 3)]));
    expect(bench.counts('calls')).toEqual([{ '': 11 }]);
  });

  it('are right when a process comes back that was only silent, and its slot is taken', () => {
    const bench = new Bench();
    bench.push(from('a', [calls(3, 0, 1)]));
    bench.now += SECOND;
    bench.push(from('a', [calls(1, 1, 2)]));
    bench.now += MINUTE;
    bench.push(from('b', [calls(10, 2, 3)]));
    // More at once than it had ever told.
    bench.push(from('a', [calls(50, 2, 4)]));
    bench.push(from('a', [calls(1, 4, 5)]));
    expect(bench.counts('calls')).toEqual([{ '': 14 }, { '': 51 }]);
  });
});
