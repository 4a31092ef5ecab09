import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readMetric } from '../../../conformance/src/readings.ts';
import { Observer } from '../../src/observer.ts';

let observer: Observer;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  observer = new Observer({ environment: {}, entryPoint: undefined, push: false, runtime: false });
});

afterEach(() => {
  vi.useRealTimers();
});

function pass(milliseconds: number): void {
  vi.advanceTimersByTime(milliseconds);
}

/** What was recorded: type of error or `ok`, and milliseconds in all. */
function told(): Array<[outcome: unknown, count: number, milliseconds: number]> {
  return readMetric(observer, 'operation.duration').map(({ attributes, value, sum }) => [
    attributes['error.type'] ?? 'ok',
    value,
    Math.round(sum! * 1e6) / 1e3,
  ]);
}

test('what cannot be looked into is passed on', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  // Compared here: whoever shows a failed comparison would look into it.
  expect(observer.timer('proxy', () => proxy) === proxy).toBe(true);
  expect(told()).toEqual([['ok', 1, 0]]);
});

function* count(to: number): Generator<number, string, string | undefined> {
  for (let at = 0; at < to; at++) {
    pass(10);
    const heard = yield at;
    if (heard === 'stop') return 'stopped';
  }
  return 'done';
}

async function* countAsync(to: number): AsyncGenerator<number, string, string | undefined> {
  for (let at = 0; at < to; at++) {
    await Promise.resolve();
    pass(10);
    const heard = yield at;
    if (heard === 'stop') return 'stopped';
  }
  return 'done';
}

describe('a generator', () => {
  test('is timed from its first step until it is done, and is itself', () => {
    const given = count(3);
    const run = observer.timer('count', () => given);
    expect(run).toBe(given);
    pass(1000);
    expect([...run]).toEqual([0, 1, 2]);
    expect(told()).toEqual([['ok', 1, 30]]);
    expect(run.next()).toEqual({ value: undefined, done: true });
    expect([...run]).toEqual([]);
    expect(told()).toEqual([['ok', 1, 30]]);
    expect(Object.keys(run)).toEqual([]);
  });

  test('gets what it is told, and what it returns comes back', () => {
    const run = observer.timer('count', () => count(9));
    expect(run.next()).toEqual({ value: 0, done: false });
    expect(run.next('go on')).toEqual({ value: 1, done: false });
    expect(run.next('stop')).toEqual({ value: 'stopped', done: true });
    expect(told()).toEqual([['ok', 1, 20]]);
  });

  test('that is left early has ended', () => {
    for (const at of observer.timer('count', () => count(9))) if (at === 1) break;
    expect(told()).toEqual([['ok', 1, 20]]);
  });

  test('that throws is counted by the error, which is thrown on as it is', () => {
    const error = new RangeError('planned');
    const run = observer.timer('count', function* () {
      yield 1;
      throw error;
    });
    expect(run.next().value).toBe(1);
    expect(() => run.next()).toThrow(error);
    expect(run.next().done).toBe(true);
    expect(told()).toEqual([['RangeError', 1, 0]]);
  });

  test('that survives what is thrown into it goes on', () => {
    const run = observer.timer('count', function* () {
      try {
        yield 1;
      } catch {
        pass(5);
      }
      yield 2;
    });
    run.next();
    expect(run.throw(new Error('planned'))).toEqual({ value: 2, done: false });
    expect(told()).toEqual([]);
    expect(run.return()).toEqual({ value: undefined, done: true });
    expect(told()).toEqual([['ok', 1, 5]]);
  });

  test('that never began, or never ended, is not counted', () => {
    const unbegun = observer.timer('count', () => count(3));
    expect(unbegun.return('early')).toEqual({ value: 'early', done: true });
    expect(unbegun.next()).toEqual({ value: undefined, done: true });
    const thrown = observer.timer('count', () => count(3));
    expect(() => thrown.throw(new Error('planned'))).toThrow('planned');
    expect(thrown.next().done).toBe(true);
    observer.timer('count', () => count(3)).next();
    expect(told()).toEqual([]);
  });

  test('may be delegated to, and timed twice', () => {
    const outer = observer.timer('count', function* () {
      return yield* observer.timer('count', () => count(2));
    });
    expect([...outer]).toEqual([0, 1]);
    expect(told()).toEqual([['ok', 2, 40]]);
    const twice = observer.timer('count', () => observer.timer('count', () => count(1)));
    expect([...twice]).toEqual([0]);
    expect(told()).toEqual([['ok', 4, 60]]);
  });

  test('that is frozen is left alone', () => {
    const run = observer.timer('count', () => Object.freeze(count(2)));
    expect([...run]).toEqual([0, 1]);
    expect(told()).toEqual([]);
  });
});

describe('an async generator', () => {
  test('is timed from its first step until it is done, and is itself', async () => {
    const given = countAsync(3);
    const run = observer.timer('count', () => given);
    expect(run).toBe(given);
    pass(1000);
    const all: number[] = [];
    for await (const at of run) all.push(at);
    expect(all).toEqual([0, 1, 2]);
    expect(await run.next()).toEqual({ value: undefined, done: true });
    expect(told()).toEqual([['ok', 1, 30]]);
  });

  test('may be asked for several steps at once', async () => {
    const run = observer.timer('count', () => countAsync(2));
    const steps = await Promise.all([run.next(), run.next(), run.next(), run.next()]);
    expect(steps.map(({ done }) => done)).toEqual([false, false, true, true]);
    expect(told()).toEqual([['ok', 1, 20]]);
  });

  test('that is left early, or rejects, has ended', async () => {
    for await (const at of observer.timer('count', () => countAsync(9))) if (at === 1) break;
    expect(told()).toEqual([['ok', 1, 20]]);
    const error = Object.assign(new Error('planned'), { code: '57014' });
    const run = observer.timer('count', async function* () {
      yield 1;
      throw error;
    });
    await run.next();
    await expect(run.next()).rejects.toBe(error);
    expect(told()).toEqual([
      ['ok', 1, 20],
      ['57014', 1, 0],
    ]);
  });

  test('that never began is not counted', async () => {
    const run = observer.timer('count', () => countAsync(3));
    expect(await run.return('early')).toEqual({ value: 'early', done: true });
    expect(await run.next()).toEqual({ value: undefined, done: true });
    expect(told()).toEqual([]);
  });
});
