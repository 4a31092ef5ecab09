import { EventEmitter } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { Attribution } from '../../src/attribution/attribution.ts';
import type { RequestTime } from '../../src/attribution/request-time.ts';

const underWay: RequestTime[] = [];

afterEach(() => {
  for (const time of underWay.splice(0)) time.close();
});

/** Runs something as part of a request of its own. */
async function inRequest<Result>(
  work: (time: RequestTime, attribution: Attribution) => Result,
): Promise<Awaited<Result>> {
  // A context that is entered lasts as long as what was going on: that has to be something of its own.
  await new Promise((resolve) => setImmediate(resolve));
  const attribution = new Attribution();
  const time = attribution.enter(performance.now(), []);
  underWay.push(time);
  return await work(time, attribution);
}

/** Whether a wait that is begun here is one of the request. */
function belongsTo(time: RequestTime): boolean {
  const before = time.split(performance.now() + 1e6).waits[0]!;
  const wait = new Attribution().begin('pool');
  const belongs = time.split(performance.now() + 1e6).waits[0]! > before;
  wait?.end();
  return belongs;
}

test('nobody waits where no request asks for it', () => {
  expect(new Attribution().begin('pool')).toBeUndefined();
  const callback = (): void => {};
  expect(new Attribution().bind(callback)).toBe(callback);
});

test('a wait belongs to the request in which it begins, whichever attribution is asked', async () => {
  await inRequest(async (time) => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(belongsTo(time)).toBe(true);
  });
});

test('outside of the request there is none, and after it none either', async () => {
  const outside = new EventEmitter();
  const told: unknown[] = [];
  outside.on('asked', () => told.push(new Attribution().begin('query')));
  const timer = setInterval(() => outside.emit('asked'), 1);
  await inRequest(async (time, attribution) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    time.close();
    expect(attribution.begin('query')).toBeUndefined();
  });
  clearInterval(timer);
  expect(told.length).toBeGreaterThan(1);
  expect(told.filter((wait) => wait !== undefined)).toEqual([]);
});

test('a request whose time is not split is not taken for the one before', async () => {
  await inRequest((time, attribution) => {
    expect(belongsTo(time)).toBe(true);
    attribution.leave();
    expect(attribution.begin('pool')).toBeUndefined();
  });
});

test('a bound callback is called in its request, with what it is given', async () => {
  const results: unknown[] = [];
  let call: (...given: [number]) => number = () => 0;
  await inRequest(async (first, attribution) => {
    call = attribution.bind(function (this: unknown, given: number) {
      results.push(this, belongsTo(first));
      return given + 1;
    });
  });
  const self = {};
  await inRequest(() => {
    expect(call.call(self, 6)).toBe(7);
  });
  expect(results).toEqual([self, true]);
});

test('what an emitter of the request tells is part of it, wherever that comes from', async () => {
  const emitter = new EventEmitter();
  const seen: unknown[] = [];
  let time: RequestTime | undefined;
  await inRequest((_other, attribution) => {
    time = attribution.enter(performance.now(), [emitter]);
    underWay.push(time);
  });
  emitter.on('data', function (this: unknown, ...given) {
    seen.push(this, given, belongsTo(time!));
  });
  expect(emitter.emit('data', 1, 2)).toBe(true);
  expect(emitter.emit('nothing')).toBe(false);
  expect(() => emitter.emit('error', new Error('unheard'))).toThrow('unheard');
  expect(seen).toEqual([emitter, [1, 2], true]);
});

test('an emitter that borrows the method tells its own events', async () => {
  const emitter = new EventEmitter();
  await inRequest((_other, attribution) => {
    underWay.push(attribution.enter(performance.now(), [emitter]));
  });
  const borrower = new EventEmitter();
  borrower.emit = emitter.emit;
  const seen: unknown[] = [];
  borrower.on('data', (...given) => seen.push(given, new Attribution().begin('pool')));
  expect(borrower.emit('data', 1)).toBe(true);
  expect(seen).toEqual([[1], undefined]);
});

test('what is entered again is part of the last one', async () => {
  const emitter = new EventEmitter();
  const times: RequestTime[] = [];
  for (let entered = 0; entered < 2; entered++) {
    await inRequest((_other, attribution) => {
      times.push(attribution.enter(performance.now(), [emitter]));
    });
  }
  underWay.push(...times);
  const seen: boolean[] = [];
  emitter.on('data', () => seen.push(belongsTo(times[0]!), belongsTo(times[1]!)));
  emitter.emit('data');
  expect(seen).toEqual([false, true]);
});
