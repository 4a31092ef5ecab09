import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { readMetric, total } from '../../../conformance/src/readings.ts';
import { Observer } from '../../src/observer.ts';

const DURATION = 'operation.duration';

let observer: Observer;

beforeEach(() => {
  // Only the monotonic clock stands still: what is timed then takes exactly as long as it says.
  vi.useFakeTimers({ toFake: ['performance'] });
  observer = new Observer({ environment: {}, entryPoint: undefined, push: false, runtime: false });
});

afterEach(() => {
  vi.useRealTimers();
});

function pass(milliseconds: number): void {
  vi.advanceTimersByTime(milliseconds);
}

/** Operation, type of error if any -> how often, and seconds in all. */
function durations(): Record<string, [count: number, seconds: number]> {
  return Object.fromEntries(
    readMetric(observer, DURATION).map(({ attributes, value, sum }) => [
      Object.values(attributes).join(' '),
      [value, Math.round(sum! * 1e6) / 1e6],
    ]),
  );
}

class OutOfStock extends Error {}

describe('a function', () => {
  test('is timed, and its result is the result', () => {
    const basket = { total: 7 };
    const result = observer.timer('basket.total', () => {
      pass(30);
      return basket;
    });
    expect(result).toBe(basket);
    expect(durations()).toEqual({ 'basket.total': [1, 0.03] });
    expect(readMetric(observer, DURATION)[0]?.buckets).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test.each([[undefined], [null], [0], [''], [Symbol.iterator], [[1, 2][Symbol.iterator]()], [() => 7]])(
    'may return %s',
    (value) => {
      expect(observer.timer('any', () => value)).toBe(value);
      expect(durations()).toEqual({ any: [1, 0] });
    },
  );

  test('that throws is counted by the type of the error, which is thrown on as it is', () => {
    const error = new OutOfStock('7 apples');
    const run = (): void =>
      observer.timer('order', () => {
        pass(5);
        throw error;
      });
    for (let calls = 0; calls < 2; calls++) {
      try {
        run();
        expect.unreachable();
      } catch (thrown) {
        expect(thrown).toBe(error);
      }
    }
    expect(durations()).toEqual({ 'order OutOfStock': [2, 0.01] });
  });

  test.each([undefined, null, 'text', 7])('may throw %s', (thrown) => {
    const run = (): void =>
      observer.timer('order', () => {
        throw thrown;
      });
    let caught: unknown = 'nothing';
    try {
      run();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(thrown);
    expect(durations()).toEqual({ 'order _OTHER': [1, 0] });
  });

  test('that calls another, or itself, counts each call once', () => {
    const countdown = (from: number): number =>
      observer.timer('countdown', () => {
        pass(1);
        return from === 0 ? 0 : countdown(from - 1);
      });
    observer.timer('outer', () => countdown(3));
    // 4 + 3 + 2 + 1 ms: each call from its own begin to its own end.
    expect(durations()).toEqual({ countdown: [4, 0.01], outer: [1, 0.004] });
  });
});

describe('a promise', () => {
  test('is timed until it is fulfilled', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const timed = observer.timer('fetch', () => promise);
    pass(200);
    expect(durations()).toEqual({});
    resolve('answer');
    expect(await timed).toBe('answer');
    pass(50);
    expect(durations()).toEqual({ fetch: [1, 0.2] });
  });

  test('is timed until it is rejected, with the very error', async () => {
    const error = Object.assign(new Error('no route'), { code: 'ECONNREFUSED' });
    const timed = observer.timer('fetch', async () => {
      await Promise.resolve();
      throw error;
    });
    await expect(timed).rejects.toBe(error);
    expect(durations()).toEqual({ 'fetch ECONNREFUSED': [1, 0] });
  });

  test('that is rejected and that nobody handles is reported, once and as it is', async () => {
    const error = new Error('planned');
    const heard: unknown[] = [];
    const hear = (reason: unknown): void => void heard.push(reason);
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', hear);
    try {
      void observer.timer('fetch', () => Promise.reject(error));
      void observer.timer('fetch', () => Promise.reject(error)).catch(() => {});
      await new Promise(setImmediate);
      await new Promise(setImmediate);
    } finally {
      process.off('unhandledRejection', hear);
      for (const other of others) process.on('unhandledRejection', other);
    }
    expect(heard).toEqual([error]);
    expect(total(observer, DURATION)).toBe(2);
  });

  test('of a class of its own comes back as one', async () => {
    class Query<Row> extends Promise<Row> {}
    const timed = observer.timer('query', () => Query.resolve(7));
    expect(timed).toBeInstanceOf(Query);
    expect(await timed).toBe(7);
    expect(durations()).toEqual({ query: [1, 0] });
  });

  test('by another name is waited for as `await` does, once', async () => {
    let asked = 0;
    const query = {
      // oxlint-disable-next-line unicorn/no-thenable -- as the builders of knex and mongoose have it
      then: (fulfilled: (value: number) => void) => {
        asked++;
        fulfilled(7);
      },
    };
    const result: unknown = observer.timer('query', () => query);
    expect(await result).toBe(7);
    expect(asked).toBe(1);
    expect(durations()).toEqual({ query: [1, 0] });
    // oxlint-disable-next-line unicorn/no-thenable -- likewise
    const odd = Object.defineProperty({}, 'then', {
      get: () => {
        throw new Error('planned');
      },
    });
    expect(observer.timer('odd', () => odd)).toBe(odd);
  });

  test('of a thousand at once, each is counted once', async () => {
    const settle: Array<() => void> = [];
    const all = Array.from({ length: 1000 }, (_, at) =>
      observer.timer(`op.${at % 10}`, () => new Promise<number>((resolve) => settle.push(() => resolve(at)))),
    );
    for (const now of settle.toReversed()) now();
    expect(await Promise.all(all)).toEqual([...Array(1000).keys()]);
    expect(Object.values(durations())).toEqual(Array.from({ length: 10 }, () => [100, 0]));
  });
});

describe('a block', () => {
  test('is timed until it is left', () => {
    {
      using _timer = observer.startTimer('report');
      pass(7);
    }
    pass(3);
    expect(durations()).toEqual({ report: [1, 0.007] });
  });

  test('is timed until `end`, and not a second time', () => {
    {
      using timer = observer.startTimer('report');
      pass(7);
      timer.end();
      pass(7);
      timer.end(new TypeError('late'));
    }
    expect(durations()).toEqual({ report: [1, 0.007] });
  });

  test('says itself that it failed', () => {
    const timer = observer.startTimer('report');
    timer.end(new TypeError('planned'));
    const other = observer.startTimer('report');
    other.fail(undefined);
    expect(durations()).toEqual({ 'report TypeError': [1, 0], 'report _OTHER': [1, 0] });
  });

  test('that is left by an error throws that error and no other', () => {
    const error = new Error('planned');
    const leave = (): void => {
      using _timer = observer.startTimer('report');
      throw error;
    };
    expect(leave).toThrow(error);
    expect(durations()).toEqual({ report: [1, 0] });
  });

  test('that never ends is not counted', () => {
    observer.startTimer('report');
    expect(durations()).toEqual({});
  });
});

describe('attributes', () => {
  test('are those of the duration, beside the name and the error', () => {
    const attributes = { tier: 'gold', n: 1 };
    observer.timer('order', () => pass(1), { attributes });
    observer.timer('order', () => pass(1), { attributes: { n: '1', tier: 'gold' } });
    observer.timer('order', () => pass(1), {});
    expect(
      () =>
      observer.timer('order', () => { throw new OutOfStock(); }, { attributes }), // oxfmt-ignore
    ).toThrow(OutOfStock);
    expect(readMetric(observer, DURATION).map(({ attributes: given, value }) => [given, value])).toEqual([
      [{ 'operation.name': 'order', tier: 'gold', n: '1' }, 2],
      [{ 'operation.name': 'order' }, 1],
      [{ 'operation.name': 'order', tier: 'gold', n: '1', 'error.type': 'OutOfStock' }, 1],
    ]);
  });

  test('cannot be in the place of ours', () => {
    observer.timer('order', () => 1, {
      attributes: { 'operation.name': 'x', error_type: 'x', job: 'x', tier: 'gold' },
    });
    expect(readMetric(observer, DURATION)[0]?.attributes).toEqual({ 'operation.name': 'order', tier: 'gold' });
    expect(total(observer, 'outrider.instrument.errors', { instrument: DURATION })).toBe(3);
  });

  test('beyond a hundred of an operation are left out, and the call is counted without them', () => {
    for (let user = 0; user < 150; user++) observer.timer('order', () => 1, { attributes: { user } });
    expect(readMetric(observer, DURATION, { 'operation.name': 'order' })).toHaveLength(101);
    expect(durations()['order']).toEqual([50, 0]);
    expect(total(observer, DURATION)).toBe(150);
  });
});

describe('limits', () => {
  test('beyond two hundred names all are one', () => {
    const roomy = new Observer({ environment: {}, push: false, runtime: false, seriesLimit: 10_000 });
    const fail = (): void => {
      throw new TypeError('planned');
    };
    for (let at = 0; at < 250; at++) roomy.timer(`op.${at}`, () => at);
    for (let at = 200; at < 250; at++) expect(() => roomy.timer(`op.${at}`, fail)).toThrow('planned');
    expect(readMetric(roomy, DURATION)).toHaveLength(201);
    expect(readMetric(roomy, DURATION, { 'otel.metric.overflow': true })).toMatchObject([
      { attributes: { 'otel.metric.overflow': true }, value: 100 },
    ]);
  });

  test('beyond twenty types of error of an operation all are _OTHER', () => {
    for (let at = 0; at < 30; at++) {
      const error = Object.assign(new Error('planned'), { code: `E${at}` });
      expect(() => observer.timer('order', () => { throw error; })).toThrow(error); // oxfmt-ignore
    }
    expect(readMetric(observer, DURATION)).toHaveLength(21);
    expect(durations()['order _OTHER']).toEqual([10, 0]);
    expect(durations()['order E19']).toEqual([1, 0]);
  });

  test('beyond the budget all are one, with no series twice', () => {
    const small = new Observer({ environment: {}, push: false, runtime: false, seriesLimit: 20 });
    for (let at = 0; at < 230; at++) small.timer(`op.${at}`, () => at, { trackMemory: at > 225 });
    const told = readMetric(small, DURATION);
    expect(told).toHaveLength(6);
    expect(told.at(-1)).toMatchObject({ attributes: { 'otel.metric.overflow': true }, value: 225 });
  });

  test('what overflows by its name and what overflows by the budget are one series', () => {
    const tight = new Observer({ environment: {}, push: false, runtime: false, seriesLimit: 820 });
    for (let at = 0; at < 201; at++) tight.timer(`op.${at}`, () => at);
    for (let at = 0; at < 10; at++) tight.counter('visits').add(1, { at });
    expect(tight.budget.inUse).toBe(205);
    expect(() => tight.timer('op.0', () => { throw new TypeError('planned'); })).toThrow('planned'); // oxfmt-ignore
    expect(readMetric(tight, DURATION, { 'otel.metric.overflow': true })).toMatchObject([{ value: 2 }]);
  });

  test.each(['', 'a'.repeat(129), 7, undefined])('a name such as %j costs the measurement, not the call', (name) => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    expect(observer.timer(name as string, () => 7)).toBe(7);
    expect(() => observer.startTimer(name as string).end()).not.toThrow();
    expect(durations()).toEqual({});
    expect(total(observer, 'outrider.instrument.errors', { instrument: DURATION })).toBe(2);
    vi.restoreAllMocks();
  });
});

test('memory is recorded where it is asked for, and only if it grew', () => {
  const kept: number[][] = [];
  for (let at = 0; at < 5; at++) {
    observer.timer('grow', () => kept.push(Array.from({ length: 200_000 }, (_, index) => index + 0.5)), {
      trackMemory: true,
    });
  }
  observer.timer('plain', () => kept.push([]));
  const told = readMetric(observer, 'operation.memory.growth');
  expect(told.map(({ attributes }) => attributes)).toEqual([{ 'operation.name': 'grow' }]);
  const { value, sum } = told[0]!;
  // A collection in between may hide one or another; what is told is at least the list of doubles that is kept.
  expect(value).toBeGreaterThan(0);
  expect(sum! / value).toBeGreaterThan(1_000_000);
  expect(durations()['grow']?.[0]).toBe(5);
  expect(kept).toHaveLength(6);
});

test('where the heap shrank, its growth is unknown, and not 0', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  let garbage: number[] | undefined = Array.from({ length: 200_000 }, (_, index) => index + 0.5);
  observer.timer(
    'shrink',
    () => {
      garbage = undefined;
      collect();
    },
    { trackMemory: true },
  );
  expect(garbage).toBeUndefined();
  expect(durations()['shrink']?.[0]).toBe(1);
  expect(readMetric(observer, 'operation.memory.growth')).toEqual([]);
});

test('types', () => {
  expectTypeOf(observer.timer('a', () => 7)).toEqualTypeOf<number>();
  expectTypeOf(observer.timer('a', async () => 'x')).toEqualTypeOf<Promise<string>>();
  const generator = observer.timer('a', function* () {
    yield 1;
    return 'x';
  });
  expectTypeOf(generator.next().value).toEqualTypeOf<number | string>();
  const wrap = <Result>(run: () => Result): Result => observer.timer('a', run);
  expectTypeOf(wrap(() => true)).toEqualTypeOf<boolean>();
  // @ts-expect-error a name is a text
  observer.timer(7, () => 7);
});
