import { setImmediate as turn, setTimeout as busyFor } from 'node:timers/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { read } from '../../conformance/src/readings.ts';
import { Attribution } from '../src/attribution/attribution.ts';
import type { Wait, WaitKind } from '../src/attribution/attribution.ts';
import { OutriderError } from '../src/errors.ts';
import type { PoolFamily } from '../src/pool-family.ts';
import { PoolSource } from '../src/pool-source.ts';
import type { PoolTimings } from '../src/pool-timings.ts';
import type { PoolReader, PoolStats } from '../src/probe.ts';
import { SeriesBudget } from '../src/recorder/series-budget.ts';

const DATABASE = 'db.client.connection';

/** A pool that is whatever the test says it is. */
class TestPool {
  stats: PoolStats | undefined = { used: 2, idle: 1, pending: 0, limit: 3, idleMin: 1 };
  readonly family: PoolFamily;
  timings: PoolTimings | undefined;
  timed = 0;

  constructor(family: PoolFamily = 'database') {
    this.family = family;
  }
}

/** Knows the test's pools of one family. */
class TestReader implements PoolReader {
  readonly library: string;
  readonly family: PoolFamily;

  constructor(family: PoolFamily) {
    this.family = family;
    this.library = `test-${family}`;
  }

  matches(target: object): boolean {
    return target instanceof TestPool && target.family === this.family;
  }

  read(target: object): PoolStats | undefined {
    return (target as TestPool).stats;
  }
}

class TimingReader extends TestReader {
  time(target: object, timings: PoolTimings): void {
    const pool = target as TestPool;
    pool.timings = timings;
    pool.timed++;
  }
}

class CountingAttribution extends Attribution {
  readonly begun: WaitKind[] = [];
  ended = 0;

  override begin(kind: WaitKind): Wait {
    this.begun.push(kind);
    return { end: () => void this.ended++ };
  }
}

let attribution: CountingAttribution;
let source: PoolSource;

beforeEach(() => {
  attribution = new CountingAttribution();
  source = new PoolSource(new SeriesBudget(2000), attribution);
  source.probes.addReaders([new TimingReader('database'), new TestReader('http'), new TimingReader('thread')]);
});

/** What is told: `metric attribute values -> value`, of a histogram its count. */
function told(from: PoolSource = source): Record<string, number> {
  return Object.fromEntries(
    read(from).map(({ metric, attributes, value }) => [[metric, ...Object.values(attributes)].join(' '), value]),
  );
}

function timedPool(name = 'orders', family: PoolFamily = 'database'): { pool: TestPool; timings: PoolTimings } {
  const pool = new TestPool(family);
  source.add(pool, { name, timings: true });
  return { pool, timings: pool.timings! };
}

describe('a family', () => {
  test('of databases', () => {
    source.add(new TestPool(), { name: 'orders' });
    expect(told()).toEqual({
      [`${DATABASE}.count orders used`]: 2,
      [`${DATABASE}.count orders idle`]: 1,
      [`${DATABASE}.limit orders`]: 3,
      [`${DATABASE}.idle.min orders`]: 1,
      [`${DATABASE}.pending_requests orders`]: 0,
      [`${DATABASE}.pending_requests.max orders`]: 0,
    });
  });

  test('of HTTP connections, which keep no minimum', () => {
    source.add(new TestPool('http'), { name: 'payments' });
    expect(told()).toEqual({
      'http.client.open_connections payments active': 2,
      'http.client.open_connections payments idle': 1,
      'http.client.connection.limit payments': 3,
      'http.client.pending_requests payments': 0,
      'http.client.pending_requests.max payments': 0,
    });
  });

  test('of threads', () => {
    source.add(new TestPool('thread'), { name: 'images' });
    expect(told()).toEqual({
      'thread.pool.threads images used': 2,
      'thread.pool.threads images idle': 1,
      'thread.pool.limit images': 3,
      'thread.pool.idle.min images': 1,
      'thread.pool.pending_requests images': 0,
      'thread.pool.pending_requests.max images': 0,
    });
  });

  test('tells each metric once, however many pools and families there are', () => {
    for (const family of ['database', 'http', 'thread'] as const) {
      source.add(new TestPool(family), { name: `${family} 1` });
      source.add(new TestPool(family), { name: `${family} 2` });
    }
    const metrics: string[] = [];
    source.collect({
      metric: ({ name }) => void metrics.push(name),
      number: () => {},
      histogram: () => {},
      exponential: () => {},
    });
    expect(metrics).toHaveLength(new Set(metrics).size);
    expect(Object.keys(told())).toHaveLength(2 * (6 + 5 + 6));
  });
});

describe('figures', () => {
  test('that a pool does not know are absent', () => {
    const pool = new TestPool();
    pool.stats = { used: 1, idle: 0 } as PoolStats;
    source.add(pool, { name: 'orders' });
    expect(told()).toEqual({ [`${DATABASE}.count orders used`]: 1, [`${DATABASE}.count orders idle`]: 0 });
  });

  test('have the limit that the application says before that of the pool', () => {
    source.add(new TestPool(), { name: 'orders', limit: 50 });
    source.add(() => ({ used: 0, idle: 0, pending: 0 }), { name: 'function', limit: 7 });
    expect(told()).toMatchObject({ [`${DATABASE}.limit orders`]: 50, [`${DATABASE}.limit function`]: 7 });
  });

  test('have no limit that is no number', () => {
    source.add(new TestPool(), { name: 'orders', limit: Number.NaN });
    source.add(() => ({ used: 0, idle: 0, pending: 0 }), { name: 'function', limit: Infinity });
    expect(told()[`${DATABASE}.limit orders`]).toBe(3);
    expect(told()).not.toHaveProperty([`${DATABASE}.limit function`]);
  });

  test('end with the pool', () => {
    const { pool } = timedPool();
    expect(Object.keys(told())).not.toEqual([]);
    pool.stats = undefined;
    // What was counted until then stays: it is a total.
    expect(told()).toEqual({ [`${DATABASE}.errors orders`]: 0, [`${DATABASE}.timeouts orders`]: 0 });
  });

  test('are those of the last pool of a name', () => {
    const { pool: first } = timedPool();
    source.add(new TestPool(), { name: 'orders' });
    first.stats = { used: 9, idle: 9, pending: 9 };
    expect(told()[`${DATABASE}.count orders used`]).toBe(2);
  });
});

describe('the high-water mark', () => {
  const MARK = `${DATABASE}.pending_requests.max orders`;
  let pool: TestPool;

  function waiting(pending: number): void {
    pool.stats = { used: 3, idle: 0, pending };
  }

  beforeEach(() => {
    pool = new TestPool();
    source.add(pool, { name: 'orders' });
  });

  test('is what was seen between two readings', () => {
    waiting(7);
    source.look();
    waiting(1);
    source.look();
    expect(told()).toMatchObject({ [MARK]: 7, [`${DATABASE}.pending_requests orders`]: 1 });
  });

  test('is not changed by reading', () => {
    waiting(7);
    source.look();
    waiting(0);
    expect([told()[MARK], told()[MARK]]).toEqual([7, 7]);
  });

  test('lasts for the rest of its window and the one after', () => {
    waiting(7);
    source.look();
    waiting(2);
    source.sample();
    source.look();
    expect(told()[MARK]).toBe(7);
    source.sample();
    expect(told()[MARK]).toBe(2);
    waiting(0);
    source.sample();
    source.sample();
    expect(told()[MARK]).toBe(0);
  });

  test('is the same under each name of a timed pool', async () => {
    source.add(pool, { name: 'orders', timings: true });
    source.add(pool, { name: 'alias', timings: true });
    const waits = [pool.timings!.wait(), pool.timings!.wait()];
    await turn();
    for (const wait of waits) wait.end('ok');
    source.sample();
    expect(told()).toMatchObject({ [MARK]: 2, [`${DATABASE}.pending_requests.max alias`]: 2 });
  });

  test.each([Infinity, Number.NaN, 7n, '7'])('is a number, though a pool says that %s wait', (pending) => {
    waiting(pending as number);
    source.look();
    waiting(1);
    expect(told()[MARK]).toBe(1);
  });

  test('is looked for in spite of figures that cannot be taken', () => {
    const throwing = {
      get pending(): number {
        throw new Error('planned');
      },
    };
    source.add(() => throwing as PoolStats, { name: 'throwing' });
    waiting(2);
    expect(() => source.look()).not.toThrow();
    expect(told()[MARK]).toBe(2);
  });

  test('is not looked for in a pool that throws, until it can be read again', () => {
    let [asked, broken] = [0, true];
    const stats = (): PoolStats => {
      asked++;
      if (broken) throw new Error('planned');
      return { used: 1, idle: 0, pending: 4 };
    };
    source.add(stats, { name: 'broken' });
    for (let look = 0; look < 10; look++) source.look();
    expect(asked).toBe(1);
    broken = false;
    told();
    source.look();
    expect(asked).toBe(3);
  });

  test('is what waits at the moment, if that is more', () => {
    waiting(4);
    expect(told()[MARK]).toBe(4);
  });

  test('is looked for in spite of a pool that throws, without counting it', () => {
    source.add(
      () => {
        throw new Error('planned');
      },
      { name: 'broken' },
    );
    waiting(3);
    source.look();
    const errors: number[] = [];
    source.probes.collectErrors({
      metric: () => {},
      number: (_, value) => void errors.push(value),
      histogram: () => {},
      exponential: () => {},
    });
    expect(errors).toEqual([0, 0]);
    expect(told()[MARK]).toBe(3);
  });
});

describe('times', () => {
  test('are told where they are asked for', async () => {
    const { timings } = timedPool();
    const wait = timings.wait();
    await busyFor(20);
    wait.end('ok');
    timings.used(0.5);
    timings.created(0.25);
    expect(told()).toMatchObject({
      [`${DATABASE}.wait_time orders`]: 1,
      [`${DATABASE}.use_time orders`]: 1,
      [`${DATABASE}.create_time orders`]: 1,
      [`${DATABASE}.timeouts orders`]: 0,
    });
    const sums = read(source).map(({ metric, sum }) => [metric.slice(DATABASE.length + 1), sum]);
    const { wait_time, use_time, create_time } = Object.fromEntries(sums) as Record<string, number>;
    expect({ use_time, create_time }).toEqual({ use_time: 0.5, create_time: 0.25 });
    expect(wait_time).toBeGreaterThan(0.018);
    expect(wait_time).toBeLessThan(1);
  });

  test('have a timeout counted, no error, and neither as a wait', () => {
    const { timings } = timedPool();
    timings.wait().end('timeout');
    timings.wait().end('error');
    expect(told()[`${DATABASE}.timeouts orders`]).toBe(1);
    expect(told()).not.toHaveProperty([`${DATABASE}.wait_time orders`]);
  });

  test('have a wait end once, whatever is said after', () => {
    const { timings } = timedPool();
    const wait = timings.wait();
    for (const result of ['ok', 'timeout', 'ok'] as const) wait.end(result);
    expect(told()).toMatchObject({ [`${DATABASE}.wait_time orders`]: 1, [`${DATABASE}.timeouts orders`]: 0 });
    expect(attribution).toMatchObject({ begun: ['pool'], ended: 1 });
  });

  test('are attributed, however a wait ends', () => {
    const { timings } = timedPool();
    for (const result of ['ok', 'timeout', 'error'] as const) timings.wait().end(result);
    expect(attribution).toMatchObject({ begun: ['pool', 'pool', 'pool'], ended: 3 });
  });

  test('count who waits for the high-water mark', async () => {
    const { timings } = timedPool();
    const waits = [timings.wait(), timings.wait(), timings.wait()];
    await turn();
    for (const wait of waits) wait.end('ok');
    const mark = (): number | undefined => told()[`${DATABASE}.pending_requests.max orders`];
    expect(mark()).toBe(3);
    source.sample();
    expect(mark()).toBe(3);
    source.sample();
    expect(mark()).toBe(0);
  });

  test('count nobody as waiting who is served in the same turn', async () => {
    const { timings } = timedPool();
    const waits = [timings.wait(), timings.wait(), timings.wait()];
    await Promise.resolve();
    for (const wait of waits) wait.end('ok');
    await turn();
    expect(told()).toMatchObject({
      [`${DATABASE}.pending_requests.max orders`]: 0,
      [`${DATABASE}.wait_time orders`]: 3,
    });
  });

  test('count who gave up as one who waited, in whatever turn', async () => {
    const { timings } = timedPool();
    const waits = [timings.wait(), timings.wait()];
    waits[0]!.end('error');
    waits[1]!.end('timeout');
    await turn();
    expect(told()[`${DATABASE}.pending_requests.max orders`]).toBe(2);
  });

  test('of one pool are taken once, under every name that it has', () => {
    const { pool } = timedPool();
    source.add(pool, { name: 'orders', timings: true });
    source.add(pool, { name: 'alias', timings: true });
    expect(pool.timed).toBe(1);
    pool.timings!.used(1);
    expect(told()).toMatchObject({ [`${DATABASE}.use_time orders`]: 1 });
  });

  test('of a family are those it has metrics for', () => {
    const { timings } = timedPool('images', 'thread');
    timings.wait().end('ok');
    timings.wait().end('timeout');
    timings.used(1);
    timings.created(1);
    expect(Object.keys(told()).filter((key) => key.includes('time'))).toEqual([
      'thread.pool.wait_time images',
      'thread.pool.use_time images',
    ]);
  });

  test('are told of a hundred pools of a family, and of the others together, with a warning', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    for (let pool = 0; pool < 100; pool++) timedPool(`pool ${pool}`).timings.used(1);
    expect(warned).not.toHaveBeenCalled();
    for (let pool = 100; pool < 103; pool++) timedPool(`pool ${pool}`).timings.used(1);
    expect(warned).toHaveBeenCalledOnce();
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('otel.metric.overflow'), 'OutriderWarning');
    warned.mockRestore();
    const uses = Object.entries(told()).filter(([key]) => key.startsWith(`${DATABASE}.use_time`));
    expect(uses).toHaveLength(101);
    expect(uses.at(-1)).toEqual([`${DATABASE}.use_time true`, 3]);
  });
});

describe('times of what does not tell them', () => {
  test('are refused also where that is seen late, and leave what was called so before', () => {
    const refusing: PoolReader = {
      library: 'refusing',
      matches: (target) => target instanceof Date,
      read: () => ({ used: 8, idle: 8, pending: 8 }),
      time: () => {
        throw new Error('planned');
      },
    };
    source.probes.addReaders([refusing]);
    source.add(new TestPool(), { name: 'orders' });
    for (const name of ['orders', 'other']) {
      expect(() => source.add(new Date(), { name, timings: true })).toThrow('planned');
    }
    expect(() => source.look()).not.toThrow();
    expect(told()[`${DATABASE}.count orders used`]).toBe(2);
    expect(source.probes.read().map(({ name }) => name)).toEqual(['orders']);
  });

  test.each([
    ['a library', () => new TestPool('http'), 'test-http does not tell'],
    ['a function', () => () => ({ used: 1, idle: 1, pending: 1 }), 'a function does not tell'],
  ])('are refused: %s', (_, make, message) => {
    const add = (): void => source.add(make(), { name: 'orders', timings: true });
    expect(add).toThrow(OutriderError);
    expect(add).toThrow(message);
  });

  test('leave nothing behind, and disturb nobody', () => {
    const other = new TestPool();
    other.stats = { used: 3, idle: 0, pending: 5 };
    source.add(other, { name: 'other' });
    const refused = new TestPool('http');
    expect(() => source.add(refused, { name: 'orders', timings: true })).toThrow(OutriderError);
    expect(() => source.look()).not.toThrow();
    expect(Object.keys(told()).filter((key) => key.includes('orders'))).toEqual([]);
    expect(source.probes.read().map(({ name }) => name)).toEqual(['other']);
  });
});

test('nothing is timed, looked at or told where the observer is off, and names and targets are checked', () => {
  const off = new PoolSource(new SeriesBudget(2000), attribution, false);
  off.probes.addReaders([new TimingReader('database'), new TestReader('http')]);
  const pool = new TestPool();
  off.add(pool, { name: 'orders', timings: true });
  let asked = 0;
  const stats = (): PoolStats => ({ used: ++asked, idle: 0, pending: 0 });
  off.add(stats, { name: 'function' });
  off.look();
  off.sample();
  expect(told(off)).toEqual({});
  expect({ asked, timed: pool.timed }).toEqual({ asked: 0, timed: 0 });
  expect(() => off.add(pool, { name: '' })).toThrow('needs a name');
  expect(() => off.add({}, { name: 'orders' })).toThrow('no reader knows');
  expect(() => off.add(new TestPool('http'), { name: 'orders', timings: true })).toThrow('does not tell');
});
