import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Latch } from '../src/latch.ts';
import { Threads } from '../src/threads.ts';

const MINUTE_MS = 60_000;

let channel: string;
let now: number;
let joined: Threads[];

beforeEach(() => {
  channel = randomUUID();
  now = 0;
  joined = [];
});

afterEach(() => {
  for (const threads of joined) threads.leave();
});

/** A thread that has joined; what it was asked to flush is told. Broadcast channels of one thread hear each other. */
async function join(id: number): Promise<{ threads: Threads; flushed: boolean[] }> {
  const flushed: boolean[] = [];
  const threads = new Threads({ id, channel, clock: () => now });
  threads.join(async (last) => flushed.push(last));
  joined.push(threads);
  await delivered();
  return { threads, flushed };
}

/** Lets every message arrive, and the answer to it. */
async function delivered(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits for a latch, which is not to take as long as it may. */
async function opens(latch: Latch): Promise<void> {
  const began = performance.now();
  await latch.wait(10_000);
  expect(performance.now() - began).toBeLessThan(2000);
}

describe('what concerns the whole process', () => {
  test('is told by the main thread, at once', async () => {
    const { threads: main } = await join(0);
    const { threads: other } = await join(1);
    other.settle();
    expect([main.share(), other.share()]).toEqual(['all', 'nothing']);
    // It need not say that it is there.
    now += 2 * MINUTE_MS;
    other.settle();
    expect(other.share()).toBe('nothing');
  });

  test('is told by the first thread where the main thread has no observer', async () => {
    const { threads: first } = await join(3);
    const { threads: second } = await join(5);
    expect([first.share(), second.share()]).toEqual(['nothing', 'nothing']);
    second.settle();
    first.settle();
    await delivered();
    second.settle();
    expect([first.share(), second.share()]).toEqual(['all', 'nothing']);
  });

  test('goes on to be told by the thread that began, also when the main thread comes later', async () => {
    const { threads: first } = await join(1);
    first.settle();
    const { threads: main } = await join(0);
    main.settle();
    expect([first.share(), main.share()]).toEqual(['all', 'nothing']);
    first.leave();
    await delivered();
    main.settle();
    expect(main.share()).toBe('from-now');
  });

  test('is told on by the next thread when the first one ends, or is silent for a minute', async () => {
    const { threads: first } = await join(1);
    const { threads: second } = await join(2);
    const { threads: third } = await join(3);
    for (const threads of [first, second, third]) threads.settle();
    first.leave();
    await delivered();
    for (const threads of [second, third]) threads.settle();
    expect([second.share(), third.share()]).toEqual(['from-now', 'nothing']);
    await delivered();
    now += MINUTE_MS + 1;
    third.settle();
    expect(third.share()).toBe('from-now');
  });

  test('is nothing that a thread tells before it has joined', () => {
    const threads = new Threads({ id: 7, channel });
    expect(threads.share()).toBe('nothing');
  });
});

describe('flush', () => {
  test('has every other thread push, and opens once they have', async () => {
    const { threads: main, flushed } = await join(0);
    const others = [await join(1), await join(2)];
    await opens(main.flush(true));
    expect(others.map((other) => other.flushed)).toEqual([[true], [true]]);
    await opens(main.flush(false));
    expect(others.map((other) => other.flushed)).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(flushed).toEqual([]);
  });

  test('waits for nobody who has said goodbye, has been silent for a minute, or was never there', async () => {
    const { threads: main } = await join(0);
    await opens(main.flush(true));
    const { threads: leaving } = await join(1);
    await join(2);
    leaving.leave();
    await delivered();
    now += MINUTE_MS + 1;
    await opens(main.flush(true));
  });

  test('a push that fails opens it too', async () => {
    const { threads: main } = await join(0);
    const failing = new Threads({ id: 1, channel });
    joined.push(failing);
    failing.join(() => Promise.reject(new Error('planned')));
    await delivered();
    await opens(main.flush(true));
  });
});
