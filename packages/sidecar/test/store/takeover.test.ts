import { describe, expect, it } from 'vitest';
import type { ExponentialMetric, Metric } from '../../src/metric.ts';
import { Bench, MINUTE, SECOND } from './bench.ts';
import { GOODBYE, attributes, from, histogram, number } from './pushes.ts';

const BOUNDS = [0.1, 1];

/** What a process has counted after so many requests. */
function counted(requests: number, of: Readonly<Record<string, string>> = {}): Metric[] {
  return [
    number('calls', 'counter', [[requests, of]]),
    histogram('took', of, BOUNDS, [requests, requests, requests], requests / 2),
    exponential(3, -8, [requests, 0, requests], of),
    number('connections', 'updowncounter', [[requests]]),
    number('depth', 'gauge', [[requests]]),
  ];
}

function exponential(
  scale: number,
  offset: number,
  counts: readonly number[],
  of: Readonly<Record<string, string>> = {},
): ExponentialMetric {
  const count = counts.reduce((total, one) => total + one, 0);
  return {
    name: 'route',
    kind: 'exponential_histogram',
    unit: 's',
    description: '',
    points: [{ attributes: attributes(of), count, sum: count / 4, scale, zeroCount: 0, offset, counts }],
  };
}

function metric(bench: Bench, name: string, session = 0): Metric | undefined {
  return bench.store.view().sessions[session]?.metrics.find((one) => one.name === name);
}

/** Has a process push every second, and fall silent for long enough to be given up. */
function fallSilent(bench: Bench, instance: string, metrics: readonly Metric[]): void {
  bench.keepPushing(from(instance, metrics), SECOND, 3 * SECOND);
  bench.now += 16 * SECOND;
}

describe('a process that takes over the slot of another', () => {
  it('counts on from there, and tells only its own gauges', () => {
    const bench = new Bench();
    bench.push(from('a', counted(10), GOODBYE));
    bench.push(from('b', counted(3)));
    expect(bench.store.view().sessions[0]?.metrics).toEqual([
      number('calls', 'counter', [[13]]),
      histogram('took', {}, BOUNDS, [13, 13, 13], 6.5),
      exponential(3, -8, [13, 0, 13]),
      number('connections', 'updowncounter', [[3]]),
      number('depth', 'gauge', [[3]]),
    ]);
    expect(bench.store.view().series).toBe(5);
    bench.push(from('b', counted(4)));
    expect(bench.counts('calls')).toEqual([{ '': 14 }]);
  });

  it('adds up with all that had it before', () => {
    const bench = new Bench();
    for (const [at, instance] of ['a', 'b', 'c', 'd'].entries()) {
      bench.push(from(instance, counted(1)));
      bench.push(from(instance, counted(10 ** at), GOODBYE));
    }
    expect(bench.counts('calls')).toEqual([{ '': 1111 }]);
    expect(metric(bench, 'took')).toEqual(histogram('took', {}, BOUNDS, [1111, 1111, 1111], 555.5));
    expect(metric(bench, 'route')).toEqual(exponential(3, -8, [1111, 0, 1111]));
    expect(bench.sessions).toEqual(['shop#0 ended: calls took route']);
    expect(bench.store.view().series).toBe(3);
  });

  it('counts on also where that one was killed, and each slot by itself', () => {
    const bench = new Bench();
    bench.push(from('a', counted(10)));
    bench.push(from('b', counted(100)));
    bench.now += SECOND;
    bench.push(from('a', counted(20)), from('b', counted(200)));
    bench.keepPushing(from('b', counted(300)), SECOND, 20 * SECOND);
    bench.push(from('c', counted(1)));
    expect(bench.counts('calls')).toEqual([{ '': 21 }, { '': 300 }]);
  });

  it('keeps the series that it does not tell, such as those of another release', () => {
    const bench = new Bench();
    const version = (of: string) => ({ 'service.version': of });
    bench.push(from('a', counted(10, version('1')), GOODBYE));
    bench.push(from('b', counted(3, version('2')), GOODBYE));
    bench.push(from('c', counted(4, version('2'))));
    expect(bench.counts('calls')).toEqual([{ '1': 10, '2': 7 }]);
    expect(bench.counts('took')).toEqual([{ '1': 30, '2': 21 }]);
    expect(bench.store.view().series).toBe(8);
    bench.push(from('c', [number('calls', 'counter', [[5, { k: 'other' }]])]));
    expect(bench.counts('calls')).toEqual([{ '1': 10, '2': 3, other: 5 }]);
    expect(bench.store.view().series).toBe(9);
  });

  it('keeps the metrics that it does not tell', () => {
    const bench = new Bench();
    bench.push(from('a', counted(10), GOODBYE));
    bench.push(from('b', [number('depth', 'gauge', [[1]])]));
    expect(bench.sessions).toEqual(['shop#0 live: depth calls took route']);
    bench.push(from('b', [number('depth', 'gauge', [[1]])], GOODBYE));
    expect(bench.sessions).toEqual(['shop#0 ended: calls took route']);
  });

  it('begins anew with a histogram whose bounds it changed', () => {
    const bench = new Bench();
    bench.push(from('a', [histogram('took', {}, [1, 2], [5, 5, 5], 20)], GOODBYE));
    bench.push(from('b', [histogram('took', {}, [1, 3], [1, 1, 1], 4)], GOODBYE));
    expect(metric(bench, 'took')).toEqual(histogram('took', {}, [1, 3], [1, 1, 1], 4));
    bench.push(from('c', [histogram('took', {}, [1, 3], [2, 2, 2], 8)]));
    expect(metric(bench, 'took')).toEqual(histogram('took', {}, [1, 3], [3, 3, 3], 12));
  });

  it('adds exponential histograms of other scales', () => {
    const bench = new Bench();
    bench.push(from('a', [exponential(3, -4, [1, 2, 4, 8])], GOODBYE));
    bench.push(from('b', [exponential(2, -1, [100])]));
    expect(metric(bench, 'route')).toEqual(exponential(2, -2, [3, 112]));
    bench.push(from('b', [exponential(2, -1, [100])], GOODBYE));
    bench.push(from('c', [exponential(4, -8, [1000])]));
    expect(metric(bench, 'route')).toEqual(exponential(2, -2, [1003, 112]));
  });

  it('leaves alone what others hold of the pushes', () => {
    const bench = new Bench();
    const pushed = counted(10);
    const before = structuredClone(pushed);
    bench.push(from('a', pushed, GOODBYE));
    bench.push(from('b', counted(3), GOODBYE));
    const view = structuredClone(bench.store.view().sessions);
    const held = bench.store.view().sessions;
    bench.push(from('c', counted(1)));
    expect(pushed).toEqual(before);
    expect(held).toEqual(view);
  });

  it('is one of the same SDK, since another tells the same requests again', () => {
    const bench = new Bench();
    const ofSdk = { 'telemetry.sdk.name': 'opentelemetry' };
    bench.push(from('a', counted(10), GOODBYE));
    bench.push(from('a-sdk', counted(10), { ...ofSdk, ...GOODBYE }));
    bench.push(from('b-sdk', counted(2), ofSdk), from('b', counted(3)));
    expect(bench.sessions).toHaveLength(2);
    expect(bench.counts('calls')).toEqual([{ '': 13 }, { '': 12 }]);
  });

  it('has the processes before it among its own', () => {
    const bench = new Bench();
    const process = (pid: string) => ({ 'host.name': 'h', 'process.pid': pid });
    bench.push(from('a', counted(1), { ...process('1'), ...GOODBYE }));
    bench.push(from('b', counted(1), process('2')));
    expect(bench.store.view().sessions[0]?.processes).toEqual(['["h","2"]', '["h","1"]']);
  });
});

describe('a session that comes back', () => {
  it('before its slot is taken goes on where it was', () => {
    const bench = new Bench();
    fallSilent(bench, 'a', counted(10));
    expect(bench.sessions).toEqual(['shop#0 stale: calls took route']);
    bench.push(from('a', counted(12)));
    expect(bench.counts('calls')).toEqual([{ '': 12 }]);
  });

  it('to another slot tells only what it has counted since', () => {
    const bench = new Bench();
    fallSilent(bench, 'a', counted(10));
    bench.push(from('b', counted(5)));
    bench.push(from('a', counted(12)));
    expect(bench.counts('calls')).toEqual([{ '': 15 }, { '': 2 }]);
    expect(metric(bench, 'took', 1)).toEqual(histogram('took', {}, BOUNDS, [2, 2, 2], 1));
    expect(metric(bench, 'route', 1)).toEqual(exponential(3, -8, [2, 0, 2]));
    expect(metric(bench, 'depth', 1)).toEqual(number('depth', 'gauge', [[12]]));
    bench.push(from('a', counted(14), GOODBYE), from('b', counted(6), GOODBYE));
    bench.push(from('c', counted(100)), from('d', counted(1000)));
    expect(bench.counts('calls')).toEqual([{ '': 116 }, { '': 1004 }]);
  });

  it('to its old slot, after another had it, is in it once', () => {
    const bench = new Bench();
    fallSilent(bench, 'a', counted(10));
    bench.push(from('b', counted(5), GOODBYE));
    bench.push(from('a', counted(12)));
    expect(bench.counts('calls')).toEqual([{ '': 17 }]);
    bench.push(from('a', counted(13), GOODBYE));
    bench.push(from('c', counted(1)));
    expect(bench.counts('calls')).toEqual([{ '': 19 }]);
  });

  it('again and again is in it once', () => {
    const bench = new Bench();
    fallSilent(bench, 'a', counted(10));
    bench.push(from('b', counted(0)));
    fallSilent(bench, 'a', counted(20));
    bench.push(from('b', counted(0)));
    bench.push(from('c', counted(0)));
    bench.push(from('a', counted(25)));
    const total = bench.counts('calls').reduce((sum, { '': value = 0 }) => sum + value, 0);
    expect(total).toBe(25);
  });

  it('tells nothing less than nothing of the series that it has yet to tell again', () => {
    const bench = new Bench();
    fallSilent(bench, 'a', counted(10));
    bench.push(from('b', counted(5)));
    bench.push(from('a', [number('calls', 'counter', [[12]])]));
    expect(bench.sessions[1]).toBe('shop#1 live: calls');
  });

  it('with less than it had is another process under the same id', () => {
    const bench = new Bench();
    fallSilent(bench, 'a', counted(10));
    bench.push(from('b', counted(5)));
    bench.push(from('a', counted(4)));
    expect(bench.counts('calls')).toEqual([{ '': 15 }, { '': 4 }]);
    bench.push(from('a', counted(11)));
    expect(bench.counts('calls')).toEqual([{ '': 15 }, { '': 11 }]);
  });
});

describe('what was counted in a slot', () => {
  it('goes five minutes after the last process that had it', () => {
    const bench = new Bench();
    bench.push(from('a', counted(10), GOODBYE));
    bench.now += 4 * MINUTE;
    bench.push(from('b', counted(5), GOODBYE));
    bench.now += 5 * MINUTE - 1;
    expect(bench.counts('calls')).toEqual([{ '': 15 }]);
    bench.now += 1;
    expect(bench.store.view()).toMatchObject({ sessions: [], series: 0 });
    bench.push(from('c', counted(1)));
    expect(bench.counts('calls')).toEqual([{ '': 1 }]);
    expect(bench.store.view().series).toBe(5);
  });

  it('goes with what is remembered of a process that may come back', () => {
    const bench = new Bench();
    fallSilent(bench, 'a', counted(10));
    bench.push(from('b', counted(5), GOODBYE));
    bench.now += 6 * MINUTE;
    bench.push(from('a', counted(12)));
    expect(bench.counts('calls')).toEqual([{ '': 12 }]);
  });
});

describe('the series limit', () => {
  const pairs = (prefix: string, count: number, value = 1) =>
    Array.from({ length: count }, (_, i) => [value, { k: `${prefix}${i}` }] as const);
  const series = (prefix: string, count: number, value: number) =>
    number('calls', 'counter', pairs(prefix, count, value));

  it('counts a series that goes on once', () => {
    const bench = new Bench(10);
    bench.push(from('a', [series('x', 10, 5)], GOODBYE));
    expect(bench.push(from('b', [series('x', 10, 1)]))).toEqual({});
    expect(bench.store.view().series).toBe(10);
    expect(new Set(Object.values(bench.counts('calls')[0] ?? {}))).toEqual(new Set([6]));
  });

  it('lets the living have the room of the dead, those first that ended first', () => {
    const bench = new Bench(10);
    bench.push(from('a', [series('x', 3, 5)], GOODBYE));
    bench.push(from('b', [series('y', 3, 5)], GOODBYE));
    expect(bench.push(from('c', [series('z', 7, 1)]))).toEqual({});
    expect(Object.keys(bench.counts('calls')[0] ?? {}).filter((key) => !key.startsWith('z'))).toEqual([
      'y0',
      'y1',
      'y2',
    ]);
    expect(bench.store.view().series).toBe(10);
    expect(bench.push(from('c', [series('z', 12, 1)]))).toEqual({ too_many_series: 2 });
    expect(bench.store.view().series).toBe(10);
  });

  it('lets a process have the series of the ones before it, and what else there is room for', () => {
    const bench = new Bench(8);
    bench.push(from('a', [series('x', 5, 5)], GOODBYE));
    const pushed = number('calls', 'counter', [...pairs('z', 6), ...pairs('x', 3)]);
    expect(bench.push(from('b', [pushed]))).toEqual({ too_many_series: 1 });
    expect(bench.counts('calls')).toEqual([{ x0: 6, x1: 6, x2: 6, z0: 1, z1: 1, z2: 1, z3: 1, z4: 1 }]);
  });

  it('drops those first that have been out of use for longest', () => {
    const bench = new Bench(4);
    bench.push(from('a', [series('x', 2, 5), series('y', 2, 5)], GOODBYE));
    bench.push(from('b', [series('x', 2, 5)], GOODBYE));
    bench.push(from('c', [series('z', 2, 1)]));
    expect(bench.counts('calls')).toEqual([{ x0: 10, x1: 10, z0: 1, z1: 1 }]);
  });

  it('takes the room for one slot from another, but not from what is told there', () => {
    const bench = new Bench(10);
    bench.push(from('a', [series('x', 6, 5)], GOODBYE));
    bench.push(from('b', [series('x', 2, 1)]));
    expect(bench.push(from('c', [series('x', 9, 1)]))).toEqual({ too_many_series: 1 });
    const [first, second] = bench.counts('calls');
    expect(first).toEqual({ x0: 6, x1: 6 });
    expect(Object.keys(second ?? {})).toHaveLength(8);
  });

  it('holds through any number of takeovers', () => {
    const bench = new Bench(10);
    for (let i = 0; i < 100; i += 1) {
      bench.push(from(`p${i}`, [series(`v${i % 7}-`, 4, 1)]));
      bench.push(from(`p${i}`, [series(`v${i % 7}-`, 4, 2), number('depth', 'gauge', [[1]])], GOODBYE));
      expect(bench.store.view().series).toBeLessThanOrEqual(10);
    }
    const { sessions, series: held } = bench.store.view();
    expect(sessions.flatMap(({ metrics }) => metrics.map(({ points }) => points.length))).toEqual([held]);
  });
});
