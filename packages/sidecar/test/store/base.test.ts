import { describe, expect, it } from 'vitest';
import { Base } from '../../src/store/base.ts';
import { from, histogram, number } from './pushes.ts';

describe('a base', () => {
  it('has nothing in it that may fall', () => {
    const base = new Base();
    base.add(number('depth', 'gauge', [[1]]));
    base.add(number('connections', 'updowncounter', [[1]]));
    expect(base.series).toBe(0);
    expect(base.total([])).toEqual([]);
  });

  it('holds on to nothing of what it was given', () => {
    const base = new Base();
    const given = histogram('took', { k: 'x' }, [1, 2], [1, 2, 3], 4);
    base.add(given);
    const [held] = base.total([]);
    expect(held).toEqual(given);
    const point = given.points[0];
    const copy = held?.kind === 'histogram' ? held.points[0] : undefined;
    for (const part of ['attributes', 'bounds', 'counts'] as const) expect(copy?.[part]).not.toBe(point?.[part]);
    expect(copy?.attributes[0]).not.toBe(point?.attributes[0]);
  });

  it('keeps metrics apart that only share the name', () => {
    const base = new Base();
    base.add(number('size', 'counter', [[1]], 'By'));
    base.add(number('size', 'counter', [[2]], 's'));
    expect(base.total([number('size', 'counter', [[10]], 's')])).toEqual([
      number('size', 'counter', [[12]], 's'),
      number('size', 'counter', [[1]], 'By'),
    ]);
  });

  it('adds to a series once, also where a push tells it twice', () => {
    const base = new Base();
    base.add(number('calls', 'counter', [[5]]));
    expect(base.total([number('calls', 'counter', [[1], [1]])])).toEqual([number('calls', 'counter', [[6], [1]])]);
  });

  it('remembers the last processes, and no end of them', () => {
    const base = new Base();
    for (let i = 0; i < 100; i += 1) base.addProcess(`p${i}`);
    base.addProcess('p98');
    expect(base.processes).toHaveLength(32);
    expect(base.processes.slice(-2)).toEqual(['p99', 'p98']);
  });

  it('keeps hostile names as they are', () => {
    const base = new Base();
    const hostile = from('a', [number('__proto__', 'counter', [[1, { constructor: 'x', ['__proto__']: 'y' }]])]);
    for (const metric of hostile.metrics) base.add(metric);
    expect(base.total([])).toEqual(hostile.metrics);
  });
});
