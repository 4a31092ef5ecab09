import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { read, readMetric } from '../../conformance/src/readings.ts';
import { OutriderError } from '../src/errors.ts';
import { Observer } from '../src/observer.ts';
import type { CacheStats, PoolStats, Reader } from '../src/probe.ts';
import { Probes } from '../src/probes.ts';

const COUNT = 'db.client.connection.count';
const POOL = 'db.client.connection.pool.name';

class TestPool {
  used = 1;
  readonly database = 'orders';
}

class TestReader implements Reader<PoolStats> {
  readonly library = 'test-pool';
  readonly attached: object[] = [];
  matches(target: object): boolean {
    return target instanceof TestPool;
  }
  attach(target: object): void {
    this.attached.push(new WeakRef(target));
  }
  read(target: object): PoolStats {
    return { used: (target as TestPool).used, idle: 2, pending: 3 };
  }
}

let observer: Observer;

beforeEach(() => {
  observer = new Observer({ environment: {}, entryPoint: undefined, push: false, runtime: false });
});

function thrownBy(run: () => void): OutriderError {
  try {
    run();
  } catch (error) {
    if (error instanceof OutriderError) return error;
    throw error;
  }
  return expect.unreachable('nothing was thrown');
}

function used(): Array<[unknown, number]> {
  return readMetric(observer, COUNT, { 'db.client.connection.state': 'used' }).map(({ attributes, value }) => [
    attributes[POOL],
    value,
  ]);
}

function errorsOf(probe: string): number | undefined {
  return readMetric(observer, 'outrider.probe.errors', { probe })[0]?.value;
}

function holds(attributes: object, wanted: object): boolean {
  return Object.entries(wanted).every(([name, value]) => (attributes as Record<string, unknown>)[name] === value);
}

const STATS: PoolStats = { used: 1, idle: 2, pending: 3 };

describe('what may be registered', () => {
  test('a function', () => {
    let inUse = 4;
    observer.pool(() => ({ used: inUse, idle: 5, pending: 6, limit: 7, idleMin: 1 }), { name: 'orders' });
    expect(used()).toEqual([['orders', 4]]);
    inUse = 0;
    expect(used()).toEqual([['orders', 0]]);
    expect(readMetric(observer, COUNT, { 'db.client.connection.state': 'idle' })[0]?.value).toBe(5);
    expect(readMetric(observer, 'db.client.connection.pending_requests')[0]?.value).toBe(6);
    expect(readMetric(observer, 'db.client.connection.limit')[0]?.value).toBe(7);
    expect(readMetric(observer, 'db.client.connection.idle.min')[0]?.value).toBe(1);
  });

  test("a library's object, by its reader, attached once a registration", () => {
    const reader = new TestReader();
    observer.addReaders({ pools: [reader] });
    observer.addReaders({ pools: [reader] });
    observer.pool(new TestPool(), { name: 'orders' });
    expect(used()).toEqual([['orders', 1]]);
    expect(reader.attached).toHaveLength(1);
  });

  test.each([
    [{ my: 'pool' }, 'a Object object'],
    [null, 'null'],
    ['postgresql://user:password@host', 'a string'],
    [undefined, 'undefined'],
  ])('not %j', (target, shown) => {
    const none = thrownBy(() => observer.pool(target as object, { name: 'orders' }));
    expect(none.code).toBe('OUTRIDER_PROBE_TARGET');
    expect(none.message).toMatch('@outrider/probes');
    const other: Reader<PoolStats> = { library: 'other-pool', matches: () => false, read: () => STATS };
    observer.addReaders({ pools: [new TestReader(), other] });
    const unknown = thrownBy(() => observer.pool(target as object, { name: 'orders' }));
    expect(unknown.message).toBe(
      `pool "orders": no reader knows this object (${shown}). ` +
        'Accepted: test-pool, other-pool, or a function that returns the figures.',
    );
  });

  test.each(['', 'a'.repeat(129), 7, undefined])('no pool or cache is called %j', (name) => {
    for (const kind of ['pool', 'cache'] as const) {
      const error = thrownBy(() => observer[kind](() => ({ ...STATS }), { name: name as string }));
      expect(error.code).toBe('OUTRIDER_PROBE_NAME');
      expect(error.message).toMatch(`${kind}(target, { name }) needs a name of 1 to 128 characters`);
    }
  });
});

describe('names', () => {
  test('the same name again takes the place of the first', () => {
    observer.pool(() => ({ ...STATS, used: 1 }), { name: 'orders' });
    observer.pool(() => ({ ...STATS, used: 9 }), { name: 'orders' });
    expect(used()).toEqual([['orders', 9]]);
  });

  test('two pools to one database stay two', () => {
    observer.addReaders({ pools: [new TestReader()] });
    const [reads, writes] = [new TestPool(), new TestPool()];
    writes.used = 8;
    observer.pool(reads, { name: 'orders-reads' });
    observer.pool(writes, { name: 'orders-writes' });
    expect(used()).toEqual([['orders-reads', 1], ['orders-writes', 8]]); // oxfmt-ignore
  });
});

test('nothing is attached to where the observer is off, and names and targets are checked', () => {
  observer = new Observer({ environment: { OTEL_SDK_DISABLED: 'true' } });
  const reader = new TestReader();
  const readers = [reader] as never;
  observer.addReaders({ pools: readers, caches: readers, queues: readers, breakers: readers });
  for (const kind of ['pool', 'cache', 'queue', 'breaker'] as const) {
    observer[kind](new TestPool(), { name: 'orders' });
    expect(thrownBy(() => observer[kind](new TestPool(), { name: '' })).code).toBe('OUTRIDER_PROBE_NAME');
    expect(thrownBy(() => observer[kind]({}, { name: 'orders' })).code).toBe('OUTRIDER_PROBE_TARGET');
  }
  expect(reader.attached).toEqual([]);
  expect(read(observer).filter(({ metric }) => !metric.startsWith('outrider.'))).toEqual([]);
});

test('of a thousand targets of a kind further ones are left out, with a warning', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  for (let pool = 0; pool < 1000; pool++) observer.pool(() => STATS, { name: `pool ${pool}` });
  expect(warned).not.toHaveBeenCalled();
  for (const name of ['one more', 'another']) observer.pool(() => STATS, { name });
  observer.pool(() => ({ ...STATS, used: 9 }), { name: 'pool 0' });
  observer.cache(() => ({ hits: 1 }), { name: 'users' });
  expect(warned).toHaveBeenCalledOnce();
  warned.mockRestore();
  expect(used()).toHaveLength(1000);
  expect(used()).toContainEqual(['pool 0', 9]);
  expect(readMetric(observer, 'cache.enabled')).toHaveLength(1);
});

test('what is gone is said once, by a reading or a look', () => {
  const gone: string[] = [];
  const probes = new Probes<PoolStats>('pool', true, (key) => gone.push(key));
  let closed = false;
  const reader: Reader<PoolStats> = {
    library: 'test',
    matches: (target) => target instanceof TestPool,
    read: () => (closed ? undefined : STATS),
  };
  probes.addReaders([reader]);
  const [read1, looked] = [new TestPool(), new TestPool()];
  probes.add(read1, 'read', 'read');
  expect(probes.read()).toHaveLength(1);
  closed = true;
  expect(probes.read()).toEqual([]);
  closed = false;
  probes.add(looked, 'looked at', 'looked at');
  closed = true;
  expect(probes.peek(({ pending }) => pending)).toEqual([]);
  expect(probes.peek(({ pending }) => pending)).toEqual([]);
  expect(gone).toEqual(['read', 'looked at']);
});

describe('a probe that throws', () => {
  test('gives no sample, counts one error a reading and disturbs no other', () => {
    observer.pool(() => ({ ...STATS, used: 1 }), { name: 'before' });
    observer.pool(
      () => {
        throw new Error('planned');
      },
      { name: 'broken' },
    );
    observer.pool(() => ({ ...STATS, used: 3 }), { name: 'after' });
    const readings = read(observer);
    const value = (metric: string, attributes: object): unknown =>
      readings.find((reading) => reading.metric === metric && holds(reading.attributes, attributes))?.value;
    expect(value(COUNT, { [POOL]: 'before' })).toBe(1);
    expect(value(COUNT, { [POOL]: 'broken' })).toBeUndefined();
    expect(value(COUNT, { [POOL]: 'after' })).toBe(3);
    expect(value('outrider.probe.errors', { probe: 'pool:broken' })).toBe(1);
    expect(value('outrider.probe.errors', { probe: 'pool:before' })).toBe(0);
  });

  test('later, being an async function, gives no sample either, and no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const listener = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', listener);
    observer.pool((async () => Promise.reject(new Error('planned'))) as unknown as () => PoolStats, { name: 'async' });
    expect(used()).toEqual([]);
    await new Promise((resolve) => void setImmediate(resolve));
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
    expect(errorsOf('pool:async')).toBe(2);
  });

  test('where its figures are taken gives no sample either', () => {
    const throwing = {
      ...STATS,
      get pending(): number {
        throw new Error('planned');
      },
    };
    observer.pool(() => throwing, { name: 'odd' });
    observer.pool(() => STATS, { name: 'even' });
    expect(used()).toEqual([['even', 1]]);
    expect(errorsOf('pool:odd')).toBe(2);
  });

  test('and comes back is read again', () => {
    let broken = true;
    observer.pool(
      () => {
        if (broken) throw new Error('planned');
        return STATS;
      },
      { name: 'orders' },
    );
    expect(used()).toEqual([]);
    broken = false;
    expect(used()).toEqual([['orders', 1]]);
  });
});

test('a target that is garbage-collected ends its series', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  observer.addReaders({ pools: [new TestReader()] });
  const kept = new TestPool();
  observer.pool(kept, { name: 'kept' });
  (() => observer.pool(new TestPool(), { name: 'dropped' }))();
  await expect
    .poll(() => {
      collectGarbage();
      return used();
    })
    .toEqual([['kept', 1]]);
  expect(errorsOf('pool:dropped')).toBeUndefined();
  expect(kept.used).toBe(1);
});

describe('caches', () => {
  function cached(stats: CacheStats): Map<string, number> {
    observer.cache(() => stats, { name: 'users' });
    const names = ['operations', 'entries', 'entries.limit', 'size', 'evictions', 'enabled'].map((n) => `cache.${n}`);
    return new Map(
      names.flatMap((name) =>
        readMetric(observer, name, { 'cache.name': 'users' }).map(({ attributes, value }) => [
          [name, attributes['cache.operation'], attributes['cache.result']].filter(Boolean).join(' '),
          value,
        ]),
      ),
    );
  }

  test('every figure has its series', () => {
    const stats = {
      hits: 1,
      misses: 2,
      sets: 3,
      deletes: 4,
      errors: 5,
      evictions: 6,
      entries: 7,
      maxEntries: 8,
      bytes: 9,
    };
    expect(Object.fromEntries(cached(stats))).toEqual({
      'cache.operations get hit': 1,
      'cache.operations get miss': 2,
      'cache.operations set ok': 3,
      'cache.operations delete ok': 4,
      'cache.operations error': 5,
      'cache.evictions': 6,
      'cache.entries': 7,
      'cache.entries.limit': 8,
      'cache.size': 9,
      'cache.enabled': 1,
    });
  });

  test('what is not known is absent; what is 0 is 0', () => {
    expect(Object.fromEntries(cached({ hits: 0 }))).toEqual({ 'cache.operations get hit': 0, 'cache.enabled': 1 });
  });

  test('one that is switched off says so', () => {
    expect(cached({ enabled: false }).get('cache.enabled')).toBe(0);
  });

  test('tiers of one cache are told apart', () => {
    observer.cache(() => ({ hits: 1 }), { name: 'users', tier: 'memory' });
    observer.cache(() => ({ hits: 2 }), { name: 'users', tier: 'redis' });
    observer.cache(() => ({ hits: 3 }), { name: 'users' });
    const hits = readMetric(observer, 'cache.operations', { 'cache.name': 'users' });
    expect(hits.map(({ attributes, value }) => [attributes['cache.tier'], value])).toEqual([
      ['memory', 1],
      ['redis', 2],
      [undefined, 3],
    ]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, '7', null])('%j is no figure', (value) => {
    const stats = { hits: value, entries: value, bytes: 1 } as unknown as CacheStats;
    expect(Object.fromEntries(cached(stats))).toEqual({ 'cache.size': 1, 'cache.enabled': 1 });
  });
});

test.each([undefined, null, 7, {}, { used: Number.NaN, idle: undefined, pending: 'many' }])(
  'a pool that answers %j reports no figure that is not a number',
  (stats) => {
    observer.pool(() => stats as unknown as PoolStats, { name: 'odd' });
    observer.pool(() => STATS, { name: 'even' });
    const values = ['count', 'pending_requests', 'limit'].flatMap((name) =>
      readMetric(observer, `db.client.connection.${name}`).map(({ value }) => value),
    );
    expect(values.filter((value) => !Number.isFinite(value))).toEqual([]);
    expect(used()).toContainEqual(['even', 1]);
  },
);
