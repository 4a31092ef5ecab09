import { beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { readMetric, total } from '../../../conformance/src/readings.ts';
import { OPERATION_BOUNDS } from '../../src/bounds.ts';
import { catalogue } from '../../src/catalogue.ts';
import { OutriderError } from '../../src/errors.ts';
import type { Attributes, Counter, Gauge } from '../../src/index.ts';
import { Observer } from '../../src/observer.ts';

const ERRORS = 'outrider.instrument.errors';

let observer: Observer;

beforeEach(() => {
  observer = new Observer({ environment: {}, entryPoint: undefined, push: false, runtime: false });
});

function values(name: string): Array<[attributes: object, value: number]> {
  return readMetric(observer, name).map(({ attributes, value }) => [attributes, value]);
}

function errorsOf(instrument: string): number {
  return total(observer, ERRORS, { instrument });
}

function thrownBy(run: () => unknown): { readonly code: string; readonly message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof OutriderError) return { code: error.code, message: error.message };
    throw error;
  }
  return expect.unreachable('nothing was thrown');
}

describe('a counter', () => {
  test('adds up by attributes, one at a time unless told otherwise', () => {
    const orders = observer.counter('orders.placed', { unit: '{order}' });
    orders.add();
    orders.add(2.5);
    orders.add(3, { channel: 'web', express: true });
    orders.add(4, { express: true, channel: 'web' });
    orders.bind({ channel: 'shop' }).add();
    orders.bind({ channel: 'shop' }).add(5);
    expect(values('orders.placed')).toEqual([
      [{}, 3.5],
      [{ channel: 'web', express: 'true' }, 7],
      [{ channel: 'shop' }, 6],
    ]);
  });

  test('is told as 0 from when it is bound, and not at all before', () => {
    const orders = observer.counter('orders.placed');
    expect(values('orders.placed')).toEqual([]);
    orders.bind({ channel: 'web' });
    expect(values('orders.placed')).toEqual([[{ channel: 'web' }, 0]]);
  });

  test.each([Number.NaN, Infinity, -Infinity, -1, '7', null, 7n, {}])('ignores %s, and counts that', (amount) => {
    const orders = observer.counter('orders.placed');
    orders.add(1);
    orders.add(amount as number);
    orders.add(amount as number, { channel: 'web' });
    orders.bind({}).add(amount as number);
    expect(values('orders.placed')).toEqual([[{}, 1]]);
    expect(errorsOf('orders.placed')).toBe(3);
  });
});

describe('a gauge', () => {
  test('is what it was set to last', () => {
    const stock = observer.gauge('stock.level', { unit: '{item}' });
    const apples = stock.bind({ fruit: 'apple' });
    expect(values('stock.level')).toEqual([]);
    stock.set(-7);
    apples.set(3);
    apples.set(0);
    stock.set(2, { fruit: 'pear' });
    expect(values('stock.level')).toEqual([
      [{}, -7],
      [{ fruit: 'apple' }, 0],
      [{ fruit: 'pear' }, 2],
    ]);
    for (const value of [Number.NaN, Infinity, undefined]) apples.set(value as number);
    expect(values('stock.level')[1]).toEqual([{ fruit: 'apple' }, 0]);
    expect(errorsOf('stock.level')).toBe(3);
  });
});

describe('a gauge that is read', () => {
  test('is asked at each reading, for one value or several', () => {
    let level = 1;
    let stock: Array<{ value: number; attributes?: Attributes }> | undefined;
    observer.gauge('level', { read: () => level });
    observer.gauge('stock', { read: () => stock });
    expect(values('level')).toEqual([[{}, 1]]);
    expect(values('stock')).toEqual([]);
    level = 2;
    stock = [{ value: 3, attributes: { fruit: 'apple' } }, { value: 4, attributes: { fruit: 'pear' } }, { value: 5 }];
    expect(values('level')).toEqual([[{}, 2]]);
    expect(values('stock')).toEqual([
      [{ fruit: 'apple' }, 3],
      [{ fruit: 'pear' }, 4],
      [{}, 5],
    ]);
    stock = [{ value: 6, attributes: { fruit: 'pear' } }];
    expect(values('stock')).toEqual([[{ fruit: 'pear' }, 6]]);
  });

  test('given again, is read by the last function', () => {
    observer.gauge('level', { read: () => 1 });
    observer.gauge('level', { read: () => 2 });
    expect(values('level')).toEqual([[{}, 2]]);
  });

  test.each<[string, () => unknown]>([
    ['throws', () => expect.fail('planned')],
    ['answers text', () => '7'],
    ['answers null', () => null],
    ['answers NaN', () => Number.NaN],
    ['answers a promise', () => Promise.reject(new Error('planned'))],
    ['answers a list of odd things', () => [null]],
    ['answers a value that is none', () => [{ value: 'many' }]],
  ])('that %s has no sample, counts one error, and disturbs no other', async (_what, read) => {
    observer.gauge('before', { read: () => 1 });
    observer.gauge('odd', { read: read as () => number });
    observer.gauge('after', { read: () => 3 });
    expect(values('odd')).toEqual([]);
    expect(errorsOf('odd')).toBe(2);
    expect(values('before')).toEqual([[{}, 1]]);
    expect(values('after')).toEqual([[{}, 3]]);
    // A rejection that nobody handles would be reported by now.
    await new Promise(setImmediate);
  });

  test('has one value a series, also where it overflows', () => {
    const read = (): Array<{ value: number; attributes: Attributes }> =>
      Array.from({ length: 300 }, (_, at) => ({ value: at, attributes: { at } }));
    observer.gauge('many', { read });
    const told = values('many');
    expect(told).toHaveLength(201);
    expect(told.at(-1)).toEqual([{ 'otel.metric.overflow': true }, 299]);
  });
});

describe('a histogram', () => {
  test('counts values in its buckets, bounds included', () => {
    const basket = observer.histogram('basket.value', { unit: 'EUR', buckets: [10, 50, 100] });
    for (const value of [0, 10, 10.01, 100, 1000]) basket.record(value);
    basket.bind({ country: 'AT' }).record(50);
    basket.record(70, { country: 'AT' });
    expect(
      readMetric(observer, 'basket.value').map(({ attributes, buckets, sum }) => [attributes, buckets, sum]),
    ).toEqual([
      [{}, [2, 1, 1, 1], 1120.01],
      [{ country: 'AT' }, [0, 1, 1, 0], 120],
    ]);
  });

  test.each([
    ['s', OPERATION_BOUNDS.length],
    ['By', 12],
    ['ms', 15],
    [undefined, 15],
  ])('of unit %s has bounds that fit', (unit, bounds) => {
    observer.histogram('thing', { unit }).record(1);
    expect(readMetric(observer, 'thing')[0]?.buckets).toHaveLength(bounds + 1);
  });

  test.each([-1, Number.NaN, Infinity, 'long'])('ignores %s, and counts that', (value) => {
    const basket = observer.histogram('basket.value');
    basket.record(value as number);
    basket.record(value as number, { country: 'AT' });
    basket.bind({ country: 'AT' }).record(value as number);
    expect(values('basket.value')).toEqual([]);
    expect(errorsOf('basket.value')).toBe(3);
  });
});

describe('attributes', () => {
  test('that are unfit are left out and counted, the value is not', () => {
    const calls = observer.counter('calls');
    calls.add(1, {
      kind: 'a', 'error.type': 'late', 'bad name': 'x', __own: 'x', job: 'x', le: 'x', n: 1, ok: false,
      list: ['x'] as unknown as string, nothing: null as unknown as string, symbol: Symbol('x') as unknown as string,
    }); // oxfmt-ignore
    expect(values('calls')).toEqual([[{ kind: 'a', 'error.type': 'late', n: '1', ok: 'false' }, 1]]);
    expect(errorsOf('calls')).toBe(7);
  });

  test.each([null, 'text', 7])('%j are none, and counted', (attributes) => {
    observer.counter('calls').add(1, attributes as unknown as Attributes);
    expect(values('calls')).toEqual([[{}, 1]]);
    expect(errorsOf('calls')).toBe(1);
  });

  test('that throw are none, and counted', () => {
    const attributes = {
      get kind(): string {
        throw new Error('planned');
      },
    };
    observer.counter('calls').add(1, attributes);
    expect(values('calls')).toEqual([[{}, 1]]);
    expect(errorsOf('calls')).toBe(1);
  });

  test('of a number and of its text are one series, as they are on /metrics', () => {
    const calls = observer.counter('calls');
    calls.add(1, { status: 200 });
    calls.add(1, { status: '200' });
    expect(values('calls')).toEqual([[{ status: '200' }, 2]]);
  });
});

describe('limits', () => {
  test('beyond two hundred series of an instrument all are one, and nothing goes uncounted', () => {
    const visits = observer.counter('visits');
    for (let user = 0; user < 250; user++) visits.add(2, { user });
    const told = values('visits');
    expect(told).toHaveLength(201);
    expect(told.at(-1)).toEqual([{ 'otel.metric.overflow': true }, 100]);
    expect(total(observer, 'visits')).toBe(500);
    visits.add(1, { user: 7 });
    expect(readMetric(observer, 'visits', { user: '7' })[0]?.value).toBe(3);
  });

  test('all instruments share what the budget has for computed series', () => {
    const small = new Observer({ environment: {}, push: false, runtime: false, seriesLimit: 40 });
    for (const name of ['a', 'b', 'c']) for (let at = 0; at < 5; at++) small.counter(name).add(1, { at });
    expect(['a', 'b', 'c'].map((name) => readMetric(small, name).length)).toEqual([5, 5, 1]);
    expect(readMetric(small, 'c')).toMatchObject([{ attributes: { 'otel.metric.overflow': true }, value: 5 }]);
    expect(small.budget.inUse).toBe(10);
  });

  test('names made up at run time neither throw nor fill the memory', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    for (let at = 0; at < 1000; at++) observer.counter(`made.up.${at}`);
    const { inUse } = observer.budget;
    for (let at = 999; at < 1100; at++) {
      observer.counter(`made.up.${at}`).add();
      observer.histogram(`also.made.up.${at}`).bind({ at }).record(1);
    }
    expect(observer.budget.inUse).toBe(inUse + 1);
    expect(warned).toHaveBeenCalledOnce();
    warned.mockRestore();
    expect(readMetric(observer, ERRORS)).toHaveLength(1001);
    expect(total(observer, 'made.up.999')).toBe(1);
    expect(readMetric(observer, 'made.up.1000')).toEqual([]);
  });

  test('nothing is recorded where Outrider is off', () => {
    const off = new Observer({ environment: { OTEL_SDK_DISABLED: 'true' } });
    off.counter('orders').add(3);
    off.gauge('level').set(3);
    off.histogram('basket').record(3);
    expect(off.timer('work', () => 7)).toBe(7);
    expect(['orders', 'level', 'basket', 'operation.duration'].map((name) => total(off, name))).toEqual([0, 0, 0, 0]);
  });
});

describe('names', () => {
  test('the same name is the same instrument, what is left out agreeing with what there is', () => {
    const orders = observer.counter('orders', { unit: '{order}', description: 'Orders.' });
    expect(observer.counter('orders', { unit: '{order}', description: 'Other words.' })).toBe(orders);
    expect(observer.counter('orders')).toBe(orders);
    const basket = observer.histogram('basket', { unit: 'EUR', buckets: [1, 2] });
    expect(observer.histogram('basket', { buckets: [1, 2] })).toBe(basket);
    const level = observer.gauge('level');
    expect(observer.gauge('level', {})).toBe(level);
  });

  test.each<[string, (observer: Observer) => unknown, (observer: Observer) => unknown, string]>([
    [
      'kind',
      (of) => of.counter('orders', { unit: '{order}' }),
      (of) => of.gauge('orders'),
      '"orders" is a counter of unit "{order}" already and cannot be a gauge without read too: ask for the same, or choose another name.',
    ],
    [
      'unit',
      (of) => of.counter('orders'),
      (of) => of.counter('orders', { unit: 'By' }),
      '"orders" is a counter of unit "" already and cannot be a counter of unit "By" too',
    ],
    [
      'buckets',
      (of) => of.histogram('basket', { buckets: [1, 2] }),
      (of) => of.histogram('basket', { buckets: [1, 3] }),
      'a histogram of unit "" with buckets [1, 2] already and cannot be a histogram with buckets [1, 3] too',
    ],
    [
      'read',
      (of) => of.gauge('level'),
      (of) => of.gauge('level', { read: () => 1 }),
      'a gauge without read of unit "" already and cannot be a gauge with read too',
    ],
  ])('the same name with another %s is refused, naming both', (_what, first, second, message) => {
    first(observer);
    const error = thrownBy(() => second(observer));
    expect(error.code).toBe('OUTRIDER_INSTRUMENT_CONFLICT');
    expect(error.message).toContain(message);
  });

  test.each(['', '1st', '.a', 'with space', 'naïve', 'a{b}', `a${'b'.repeat(255)}`, undefined, 7])(
    '%j is none',
    (name) => {
      for (const kind of ['counter', 'gauge', 'histogram'] as const) {
        const { code, message } = thrownBy(() => observer[kind](name as string));
        expect(code).toBe('OUTRIDER_INSTRUMENT_NAME');
        expect(message).toContain(`${kind}(name) needs 1 to 255`);
      }
    },
  );

  test.each(['a', 'A.b_c-d/e.9', `a${'b'.repeat(254)}`])('%s is one', (name) => {
    observer.counter(name).add();
    expect(total(observer, name)).toBe(1);
  });

  test.each(['counter', 'gauge', 'histogram'] as const)('no %s may have a name of the catalogue', (kind) => {
    for (const name of catalogue.keys()) {
      expect(thrownBy(() => observer[kind](name)).code).toBe('OUTRIDER_INSTRUMENT_TAKEN');
    }
  });

  test.each<[string, (of: Observer) => unknown, string, string]>([
    ['a histogram of ours', (of) => of.histogram('http_server_request_duration', { unit: 's' }), 'http_server_request_duration_seconds', 'http.server.request.duration'],
    ['a part of one', (of) => of.gauge('http.server.request.duration.seconds.count'), 'http_server_request_duration_seconds_count', 'http.server.request.duration'],
    ['a counter of ours', (of) => of.counter('cache-evictions'), 'cache_evictions_total', 'cache.evictions'],
    ['what may be ours one day', (of) => of.gauge('outrider/anything'), 'outrider_anything', 'Outrider'],
    ['Prometheus’ own', (of) => of.gauge('up'), 'up', 'Prometheus'],
  ])('what would be %s on /metrics is refused', (_what, make, exposed, owner) => {
    const { code, message } = thrownBy(() => make(observer));
    expect(code).toBe('OUTRIDER_INSTRUMENT_TAKEN');
    expect(message).toContain(`would be ${exposed} on /metrics, a name that belongs to ${owner}: choose another.`);
  }); // oxfmt-ignore

  test('two of the application that would be one on /metrics are refused, naming both', () => {
    observer.counter('orders.placed');
    observer.histogram('wait', { unit: 's' });
    expect(thrownBy(() => observer.counter('orders_placed')).message).toBe(
      'counter "orders_placed" would be orders_placed_total on /metrics, a name that belongs to orders.placed: choose another.',
    );
    expect(thrownBy(() => observer.gauge('wait_seconds_sum')).message).toContain('belongs to wait');
    // What was refused has taken nothing.
    observer.gauge('orders_placed_ratio');
    expect(observer.counter('orders.placed')).toBeDefined();
  });
});

describe('options', () => {
  test.each<[object, string]>([
    [{ unit: 7 }, 'Option unit of counter "orders" is 7: expected a text of 63 characters at the most.'],
    [{ unit: 'x'.repeat(64) }, 'Option unit of counter "orders" is'],
    [{ description: {} }, 'Option description of counter "orders" is a Object object: expected a text.'],
    [{ buckets: [1] }, 'There is no option buckets of counter "orders". The options are description, unit.'],
  ])('%j are refused by a counter', (options, message) => {
    expect(thrownBy(() => observer.counter('orders', options)).message).toContain(message);
  });

  test.each([[[]], [[2, 1]], [[1, 1]], [[1, Infinity]], [['1']], ['1,2'], [Array.from({ length: 65 }, (_, at) => at)]])(
    'buckets %j are refused',
    (buckets) => {
      const { code, message } = thrownBy(() => observer.histogram('basket', { buckets: buckets as number[] }));
      expect(code).toBe('OUTRIDER_OPTION');
      expect(message).toMatch(/^Option buckets of histogram "basket" .* expected 1 to 64 ascending numbers\.$/);
    },
  );

  test('a read that is no function is refused, and null in place of options', () => {
    expect(thrownBy(() => observer.gauge('level', { read: 7 as never })).message).toContain('expected a function');
    for (const kind of ['counter', 'gauge', 'histogram'] as const) {
      expect(thrownBy(() => observer[kind]('level', null as never)).message).toContain('expected an object');
    }
    expect(observer.gauge('level')).toBeDefined();
  });

  test('buckets are copied', () => {
    const buckets = [1, 2];
    const basket = observer.histogram('basket', { buckets });
    buckets.push(3);
    basket.record(2.5);
    expect(readMetric(observer, 'basket')[0]?.buckets).toEqual([0, 0, 1]);
  });
});

test('types', () => {
  expectTypeOf(observer.counter('a')).toEqualTypeOf<Counter>();
  expectTypeOf(observer.gauge('b')).toEqualTypeOf<Gauge>();
  expectTypeOf(observer.gauge('e', { unit: 's' })).toEqualTypeOf<Gauge>();
  const options = { read: () => 1, unit: 's' };
  expectTypeOf(observer.gauge('c', options)).toEqualTypeOf<void>();
  // @ts-expect-error a counter has no buckets
  expect(() => observer.counter('d', { buckets: [1] })).toThrow(OutriderError);
  // @ts-expect-error an attribute is a text, a number or a boolean
  observer.counter('a').add(1, { list: [1] });
});
