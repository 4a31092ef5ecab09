import { describe, expect, it } from 'vitest';
import type { SlowRequest } from '../../src/slow-request.ts';
import { SLOW_REQUEST } from '../slow-request.ts';
import { Bench, MINUTE, SECOND } from './bench.ts';
import { from, GOODBYE, histogram, number } from './pushes.ts';

const calls = number('calls', 'counter', [[7]]);
const depth = number('depth', 'gauge', [[3]]);

describe('a push', () => {
  it('replaces the points of the metrics that are in it and keeps the others', () => {
    const bench = new Bench();
    bench.push(from('a', [number('calls', 'counter', [[1, { k: 'old' }]]), depth]));
    bench.push(from('a', [number('calls', 'counter', [[2, { k: 'new' }]])]));
    const { sessions, series } = bench.store.view();
    expect(sessions[0]?.metrics.map(({ name, points }) => [name, points])).toEqual([
      ['calls', [{ value: 2, attributes: [['k', 'new']] }]],
      ['depth', [{ value: 3, attributes: [] }]],
    ]);
    expect(series).toBe(2);
  });

  it('of an application of Outrider says everything: a gauge that it leaves out is over', () => {
    const bench = new Bench();
    bench.push({ ...from('a', [calls, depth]), slowRequests: [] }, from('b', [calls, depth]));
    bench.push({ ...from('a', [calls]), slowRequests: [] }, from('b', [calls]));
    const names = (): unknown =>
      bench.store.view().sessions.map(({ metrics }) => metrics.map(({ name }) => name).toSorted());
    expect(names()).toEqual([['calls'], ['calls', 'depth']]);
    expect(bench.store.view().series).toBe(3);
    bench.push({ ...from('a', [depth, calls]), slowRequests: [] });
    expect(names()).toEqual([
      ['calls', 'depth'],
      ['calls', 'depth'],
    ]);
    expect(bench.store.view().series).toBe(4);
  });

  it('ends no count that it leaves out', () => {
    const bench = new Bench();
    bench.push({ ...from('a', [calls, depth], GOODBYE), slowRequests: [] });
    bench.push({ ...from('b', [calls, depth]), slowRequests: [] });
    bench.push({ ...from('b', [depth]), slowRequests: [] });
    const { sessions } = bench.store.view();
    const counted = sessions[0]?.metrics.filter(({ name }) => name === 'calls').map(({ points }) => points);
    expect(counted).toEqual([[{ value: 14, attributes: [] }]]);
  });

  it('joins a metric that is spread over scopes, and keeps apart what only shares the name', () => {
    const bench = new Bench();
    bench.push(
      from('a', [number('calls', 'counter', [[1, { k: 'x' }]]), number('calls', 'counter', [[2, { k: 'y' }]])]),
      from('a', [number('calls', 'gauge', [[9]])]),
    );
    const metrics = bench.store.view().sessions[0]?.metrics;
    expect(metrics?.map(({ kind, points }) => [kind, points.length])).toEqual([
      ['counter', 2],
      ['gauge', 1],
    ]);
    expect(bench.store.view().series).toBe(3);
  });

  it('takes kind, unit and description of known names from the catalogue', () => {
    const bench = new Bench();
    bench.push(
      from('a', [
        number('process.uptime', 'updowncounter', [[5]]),
        number('process.cpu.time', 'counter', [[5]], 'ms'),
        number('http.server.request.duration', 'gauge', [[5]], 's'),
      ]),
    );
    const [uptime, inMs, wrongShape] = bench.store.view().sessions[0]?.metrics ?? [];
    expect(uptime).toMatchObject({ kind: 'gauge', unit: 's', description: 'Time since the process started.' });
    expect(inMs).toMatchObject({ unit: 'ms', description: '' });
    expect(wrongShape).toMatchObject({ kind: 'gauge', description: '' });
  });

  it('without points makes no session', () => {
    const bench = new Bench();
    bench.push(from('a', []), from('b', [number('calls', 'counter', [])]));
    expect(bench.sessions).toEqual([]);
    expect(bench.store.view().seen).toBe(false);
  });

  it('gives the same view until something changes', () => {
    const bench = new Bench();
    bench.push(from('a', [calls, depth]));
    const view = bench.store.view();
    bench.now += 10 * SECOND;
    expect(bench.store.view()).toBe(view);
    bench.push(from('a', [calls]));
    const pushed = bench.store.view();
    expect(pushed).not.toBe(view);
    bench.now += MINUTE;
    expect(bench.store.view()).not.toBe(pushed);
  });
});

describe('services', () => {
  it('are told apart by namespace and name, and an unnamed one is unknown_service', () => {
    const bench = new Bench();
    bench.push(
      from('a', [calls], { 'service.namespace': 'europe' }),
      from('b', [calls]),
      from('c', [calls], { 'service.name': '' }),
    );
    expect(bench.sessions).toEqual([
      'europe/shop#0 live: calls',
      'shop#0 live: calls',
      'unknown_service#0 live: calls',
    ]);
  });

  it('that send no instance id are told apart by host and process', () => {
    const bench = new Bench();
    const process = (pid: string) => from('', [calls], { 'process.pid': pid, 'host.name': 'h' });
    bench.push(process('1'), process('2'), process('1'));
    expect(bench.sessions).toEqual(['shop#0 live: calls', 'shop#1 live: calls']);
  });
});

describe('worker slots', () => {
  it('are the lowest free ones of the service', () => {
    const bench = new Bench();
    bench.push(from('a', [calls]), from('b', [calls]), from('c', [calls]), from('x', [calls], { 'service.name': 'z' }));
    expect(bench.sessions).toEqual([
      'shop#0 live: calls',
      'shop#1 live: calls',
      'shop#2 live: calls',
      'z#0 live: calls',
    ]);
  });

  it('of a process that said goodbye go to the next one, and its counts with them', () => {
    const bench = new Bench();
    bench.push(from('a', [calls, depth]), from('b', [calls]));
    bench.push(from('a', [number('calls', 'counter', [[8]]), depth], { 'outrider.shutdown': 'true' }));
    expect(bench.sessions).toEqual(['shop#0 ended: calls', 'shop#1 live: calls']);
    expect(bench.store.view().sessions[0]?.metrics[0]?.points).toEqual([{ value: 8, attributes: [] }]);
    bench.push(from('c', [depth]));
    expect(bench.sessions).toEqual(['shop#0 live: depth calls', 'shop#1 live: calls']);
    expect(bench.store.view().series).toBe(3);
  });

  it('of a process that fell silent go to its successor', () => {
    const bench = new Bench();
    bench.push(from('a', [calls]));
    bench.push(from('b', [calls]));
    bench.now += 5 * SECOND;
    bench.push(from('a', [calls]), from('b', [calls]));
    bench.keepPushing(from('b', [calls]), 5 * SECOND, 30 * SECOND);
    expect(bench.sessions).toEqual(['shop#0 stale: calls', 'shop#1 live: calls']);
    bench.push(from('c', [calls]));
    expect(bench.sessions).toEqual(['shop#0 live: calls', 'shop#1 live: calls']);
    expect(bench.store.view().live).toBe(2);
  });
});

describe('a session', () => {
  it('is stale 15 s after the last of frequent pushes: gauges go, counts stay for 5 minutes', () => {
    const bench = new Bench();
    const everything = from('a', [
      calls,
      depth,
      number('process.memory.usage', 'updowncounter', [[1]], 'By'),
      histogram('took', {}, [1], [2, 3], 4),
    ]);
    bench.push(everything);
    bench.now += SECOND;
    bench.push(everything);
    bench.now += 15 * SECOND;
    expect(bench.sessions).toEqual(['shop#0 live: calls depth process.memory.usage took']);
    expect(bench.store.view().series).toBe(4);
    bench.now += 1;
    expect(bench.sessions).toEqual(['shop#0 stale: calls took']);
    expect(bench.store.view()).toMatchObject({ series: 2, live: 0, seen: true });
    bench.now += 5 * MINUTE - 1;
    expect(bench.sessions).toEqual(['shop#0 stale: calls took']);
    bench.now += 1;
    expect(bench.sessions).toEqual([]);
    expect(bench.store.view()).toMatchObject({ series: 0, live: 0, seen: true });
  });

  it.each([
    { every: 5 * SECOND, patience: 15 * SECOND },
    { every: 20 * SECOND, patience: 60 * SECOND },
    { every: 60 * SECOND, patience: 180 * SECOND },
  ])('that pushes every $every ms is stale after $patience ms', ({ every, patience }) => {
    const bench = new Bench();
    bench.keepPushing(from('a', [calls]), every, 10 * every);
    bench.now += patience - every;
    expect(bench.sessions).toEqual(['shop#0 live: calls']);
    bench.now += 1;
    expect(bench.sessions).toEqual(['shop#0 stale: calls']);
  });

  it('is given 3 minutes while its interval is not known', () => {
    const bench = new Bench();
    bench.push(from('a', [calls]));
    bench.now += 3 * MINUTE;
    expect(bench.sessions).toEqual(['shop#0 live: calls']);
    bench.now += 1;
    expect(bench.sessions).toEqual(['shop#0 stale: calls']);
  });

  it('keeps its interval through an extra push in between', () => {
    const bench = new Bench();
    bench.keepPushing(from('a', [calls]), MINUTE, 3 * MINUTE);
    bench.push(from('a', [calls]));
    bench.now += SECOND;
    bench.push(from('a', [calls]));
    bench.now += MINUTE;
    expect(bench.sessions).toEqual(['shop#0 live: calls']);
  });

  it('is not thought slow after one long pause', () => {
    const bench = new Bench();
    bench.keepPushing(from('a', [calls]), 5 * SECOND, MINUTE);
    bench.now += 4 * MINUTE;
    bench.push(from('a', [calls]));
    expect(bench.sessions).toEqual(['shop#0 live: calls']);
    bench.now += 16 * SECOND;
    expect(bench.sessions).toEqual(['shop#0 stale: calls']);
  });

  it('that was given up comes back on its slot when it pushes again', () => {
    const bench = new Bench();
    bench.push(from('a', [calls, depth]));
    bench.now += 4 * MINUTE;
    expect(bench.sessions).toEqual(['shop#0 stale: calls']);
    bench.push(from('a', [calls, depth]));
    expect(bench.sessions).toEqual(['shop#0 live: calls depth']);
  });

  it('that said goodbye with gauges only is forgotten at once', () => {
    const bench = new Bench();
    bench.push(from('a', [depth]));
    bench.push(from('a', [depth], { 'outrider.shutdown': 'true' }));
    expect(bench.sessions).toEqual([]);
  });
});

describe('the series limit', () => {
  const many = (count: number, value: number) =>
    number(
      'calls',
      'counter',
      Array.from({ length: count }, (_, i) => [value, { k: String(i) }] as const),
    );

  it('refuses new series, counts them, and goes on updating the old', () => {
    const bench = new Bench(10);
    expect(bench.push(from('a', [many(8, 1)]))).toEqual({});
    expect(bench.push(from('b', [many(5, 1)]))).toEqual({ too_many_series: 3 });
    expect(bench.push(from('a', [many(20, 2)]))).toEqual({ too_many_series: 12 });
    const [first, second] = bench.store.view().sessions;
    expect(first?.metrics[0]?.points).toEqual(many(8, 2).points);
    expect(second?.metrics[0]?.points).toHaveLength(2);
    expect(bench.store.view().series).toBe(10);
  });

  it('gives the place of a series that is gone to another', () => {
    const bench = new Bench(2);
    bench.push(
      from('a', [
        number('calls', 'counter', [
          [1, { k: 'x' }],
          [1, { k: 'y' }],
        ]),
      ]),
    );
    const dropped = bench.push(
      from('a', [
        number('calls', 'counter', [
          [1, { k: 'z' }],
          [1, { k: 'y' }],
          [1, { k: 'w' }],
        ]),
      ]),
    );
    expect(dropped).toEqual({ too_many_series: 1 });
    expect(bench.store.view().sessions[0]?.metrics[0]?.points.map(({ attributes }) => attributes[0]?.[1])).toEqual([
      'z',
      'y',
    ]);
  });

  it('does not let a series in twice at the cost of another', () => {
    const bench = new Bench(3);
    bench.push(from('a', [number('calls', 'counter', [[1, { k: 'x' }]])]));
    const twice = number('calls', 'counter', [
      [2, { k: 'x' }],
      [2, { k: 'x' }],
      [2, { k: 'x' }],
      [2, { k: 'y' }],
    ]);
    expect(bench.push(from('a', [twice]))).toEqual({ too_many_series: 2 });
    expect(bench.store.view().sessions[0]?.metrics[0]?.points.map(({ attributes }) => attributes[0]?.[1])).toEqual([
      'x',
      'y',
    ]);
  });

  it('leaves no session behind for a process that found no room', () => {
    const bench = new Bench(1);
    bench.push(from('a', [calls]));
    for (let i = 0; i < 50; i += 1) expect(bench.push(from(`b${i}`, [calls]))).toEqual({ too_many_series: 1 });
    expect(bench.sessions).toEqual(['shop#0 live: calls']);
  });

  it('lets a restarted process have the room of the one before', () => {
    const bench = new Bench(10);
    bench.push(from('a', [many(10, 5)]));
    bench.push(from('a', [many(10, 6)], { 'outrider.shutdown': 'true' }));
    expect(bench.push(from('b', [many(10, 1)]))).toEqual({});
    expect(bench.sessions).toEqual(['shop#0 live: calls']);
  });
});

describe('hostile names', () => {
  it('are kept as they are', () => {
    const bench = new Bench();
    bench.push(
      from('__proto__', [number('__proto__', 'counter', [[1, { constructor: 'x' }]])], { 'service.name': '__proto__' }),
    );
    expect(bench.sessions).toEqual(['__proto__#0 live: __proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('slow requests', () => {
  const slow = (duration_ms: number): SlowRequest => ({ ...SLOW_REQUEST, duration_ms });
  const told = (bench: Bench): unknown => bench.store.view().sessions.map(({ slowRequests }) => slowRequests);

  it('are those of the last push that told any', () => {
    const bench = new Bench();
    bench.push(from('a', [calls]));
    expect(told(bench)).toEqual([undefined]);
    bench.push({ ...from('a', [calls]), slowRequests: [slow(1), slow(2)] });
    bench.push({ ...from('a', [calls]), slowRequests: [slow(3)] });
    bench.push(from('a', [calls]));
    expect(told(bench)).toEqual([[slow(3)]]);
    bench.push({ ...from('a', [calls]), slowRequests: [] });
    expect(told(bench)).toEqual([[]]);
  });

  it('stay with their process, and go with it', () => {
    const bench = new Bench();
    bench.push({ ...from('a', [calls]), slowRequests: [slow(1)] }, { ...from('b', [calls]), slowRequests: [slow(2)] });
    expect(told(bench)).toEqual([[slow(1)], [slow(2)]]);
    bench.push(from('b', [calls], { 'outrider.shutdown': 'true' }));
    expect(told(bench)).toEqual([[slow(1)], [slow(2)]]);
    bench.now += 4 * MINUTE;
    bench.push(from('a', [calls]));
    bench.now += MINUTE;
    expect(told(bench)).toEqual([[slow(1)], undefined]);
    // The slot of one that is gone begins empty.
    bench.push(from('c', [calls]));
    expect(told(bench)).toEqual([[slow(1)], undefined]);
  });
});
