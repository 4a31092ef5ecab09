import { describe, expect, it } from 'vitest';
import type { Metric } from '../../src/metric.ts';
import { Bench, MINUTE } from './bench.ts';
import { attributes, from, histogram, number } from './pushes.ts';

// A point weighs this and less than 200 bytes.
const TEXT = 800;

function heavy(...keys: readonly string[]): Metric {
  return number(
    'calls',
    'counter',
    keys.map((key) => [1, { [key]: key.repeat(TEXT) }]),
  );
}

function keysOf(bench: Bench): string[] {
  const { sessions } = bench.store.view();
  return sessions.flatMap(({ metrics }) =>
    metrics.flatMap(({ points }) => points.map((point) => point.attributes[0]?.[0] ?? '')),
  );
}

describe('bytes that are held', () => {
  it('have an end, and who is held stays', () => {
    const bench = new Bench(100, 3_000);
    expect(bench.push(from('a', [heavy('a', 'b')]))).toEqual({});
    expect(bench.push(from('b', [heavy('c', 'd')]))).toEqual({ too_many_series: 1 });
    expect(bench.push(from('a', [heavy('x', 'b', 'a')]))).toEqual({ too_many_series: 1 });
    expect(keysOf(bench)).toEqual(['b', 'a', 'c']);
  });

  it('are those of all lines that are written: long labels are in each bucket', () => {
    const bench = new Bench(100, 20_000);
    const bounds = Array.from({ length: 100 }, (_, i) => i);
    const wide = histogram('wide', { a: 'a'.repeat(TEXT) }, bounds, [...bounds, 0].fill(0), 0);
    expect(bench.push(from('a', [wide]))).toEqual({ too_many_series: 1 });
    expect(
      bench.push(from('a', [{ ...wide, ...histogram('wide', { a: 'a' }, bounds, [...bounds, 0].fill(0), 0) }])),
    ).toEqual({});
  });

  it('are those of resources, too', () => {
    const bench = new Bench(100, 3_000);
    const calls = number('calls', 'counter', [[1]]);
    const long = (length: number) => ({
      ...from('a', [calls]),
      resource: attributes({ 'service.name': 'a', more: 'm'.repeat(length) }),
    });
    expect(bench.push(long(100))).toEqual({});
    expect(bench.push(long(5_000))).toEqual({});
    expect(bench.store.view().sessions.map(({ resource }) => JSON.stringify(resource).length < 300)).toEqual([true]);
    expect(bench.push(from('b', [heavy('b', 'c')]))).toEqual({});
  });

  it('of processes that are gone give way', () => {
    const bench = new Bench(100, 2_500);
    bench.push(from('a', [heavy('a', 'b')]));
    bench.now += 4 * MINUTE;
    expect(bench.push(from('b', [heavy('c', 'd')]))).toEqual({});
    expect(keysOf(bench)).toEqual(['c', 'd']);
  });

  it('count once where a process continues what those before it counted', () => {
    const bench = new Bench(100, 2_500);
    for (let restart = 0; restart < 5; restart += 1) {
      expect(bench.push(from(`a${restart}`, [heavy('a', 'b')]))).toEqual({});
      bench.now += 4 * MINUTE;
    }
    expect(keysOf(bench)).toEqual(['a', 'b']);
  });

  it('are counted right however processes come and go', () => {
    const bench = new Bench(100, 5_000);
    for (let turn = 0; turn < 60; turn += 1) {
      bench.push(from(`p${turn % 7}`, [heavy(`k${turn % 5}`, `k${turn % 3}`), number('now', 'gauge', [[turn]])]));
      bench.now += (turn % 4) * MINUTE;
      const held = keysOf(bench).filter((key) => key !== '').length;
      expect(held).toBeLessThanOrEqual(6);
    }
    // Seen as gone by the first look, and forgotten at the second.
    for (let look = 0; look < 2; look += 1) {
      bench.now += 60 * MINUTE;
      bench.store.view();
    }
    expect(bench.store.view().sessions).toEqual([]);
    // All of it is free again.
    expect(bench.push(from('new', [heavy('a', 'b', 'c')]))).toEqual({});
  });
});
