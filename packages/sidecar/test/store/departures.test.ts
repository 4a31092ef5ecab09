import { describe, expect, it } from 'vitest';
import type { Metric } from '../../src/metric.ts';
import { Base } from '../../src/store/base.ts';
import { Departures } from '../../src/store/departures.ts';
import { number } from './pushes.ts';

const calls = (...values: readonly number[]) =>
  number(
    'calls',
    'counter',
    values.map((value, i) => [value, { k: String(i) }] as const),
  );

describe('departures', () => {
  it('are remembered without what may fall, as long as their base is there', () => {
    const departures = new Departures({ seriesLimit: 10, weightLimit: Infinity });
    const [base, other] = [new Base(), new Base()];
    departures.remember('a', [calls(5), number('depth', 'gauge', [[1]])], base);
    departures.remember('b', [calls(6)], other);
    expect(departures.recall('a', [calls(7)])).toEqual([calls(5)]);
    // As often as it comes back: what is in a base stays in it.
    expect(departures.recall('a', [calls(8)])).toEqual([calls(5)]);
    expect(departures.recall('never', [calls(7)])).toEqual([]);
    departures.forget(base);
    expect(departures.recall('a', [calls(7)])).toEqual([]);
    expect(departures.recall('b', [calls(7)])).toEqual([calls(6)]);
  });

  it('are forgotten beyond the limit, the oldest first', () => {
    const departures = new Departures({ seriesLimit: 4, weightLimit: Infinity });
    const base = new Base();
    departures.remember('a', [calls(1, 1)], base);
    departures.remember('b', [calls(1, 1)], base);
    departures.remember('a', [calls(2, 2)], base);
    expect(departures.recall('a', [])).toEqual([calls(2, 2)]);
    expect(departures.recall('b', [])).toEqual([calls(1, 1)]);
    departures.remember('c', [calls(1)], base);
    expect(departures.recall('b', [])).toEqual([]);
    expect(departures.recall('a', [])).toEqual([calls(2, 2)]);
    departures.remember('huge', [calls(1, 1, 1, 1, 1)], base);
    expect(departures.recall('huge', [])).toEqual([]);
  });

  it('weigh no more than the limit', () => {
    const heavy = (key: string): Metric => number('calls', 'counter', [[1, { [key]: 'v'.repeat(1_000) }]]);
    const departures = new Departures({ seriesLimit: 10, weightLimit: 2_500 });
    for (const key of ['a', 'b', 'c']) departures.remember(key, [heavy(key)], new Base());
    expect(['a', 'b', 'c'].map((key) => departures.recall(key, []).length)).toEqual([0, 1, 1]);
  });

  it('are as many as the limit is by now', () => {
    const limits = { seriesLimit: 4, weightLimit: Infinity };
    const departures = new Departures(limits);
    departures.remember('a', [calls(1, 1)], new Base());
    limits.seriesLimit = 2;
    departures.remember('b', [calls(1, 1)], new Base());
    expect(departures.recall('a', [])).toEqual([]);
    expect(departures.recall('b', [])).toEqual([calls(1, 1)]);
  });

  it('are forgotten for good once a process has the id that has counted less', () => {
    const departures = new Departures({ seriesLimit: 10, weightLimit: Infinity });
    departures.remember('a', [calls(5, 1)], new Base());
    expect(departures.recall('a', [calls(9, 0)])).toEqual([]);
    expect(departures.recall('a', [calls(9, 9)])).toEqual([]);
  });

  it('are remembered where what may fall is below nothing', () => {
    const departures = new Departures({ seriesLimit: 10, weightLimit: Infinity });
    departures.remember('a', [calls(5), number('offset', 'gauge', [[-1]])], new Base());
    expect(departures.recall('a', [calls(5), number('offset', 'gauge', [[-1]])])).toEqual([calls(5)]);
  });
});
