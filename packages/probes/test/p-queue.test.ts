import PQueue from 'p-queue';
import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { promiseLimit } from '../src/p-limit.ts';
import { promiseQueue } from '../src/p-queue.ts';

describe('p-queue', () => {
  it('is recognised, and by its own reader only', () => {
    expect(promiseQueue.matches(new PQueue())).toBe(true);
    expect(promiseLimit.matches(new PQueue())).toBe(false);
    expect(promiseQueue.matches(pLimit(1))).toBe(false);
    expect(promiseQueue.matches(new Map())).toBe(false);
  });

  it('shows what runs and what waits, and rest after it', async () => {
    const queue = new PQueue({ concurrency: 2 });
    expect(promiseQueue.read(queue)).toEqual({ waiting: 0, active: 0, concurrency: 2 });
    const { promise, resolve } = Promise.withResolvers<void>();
    const tasks = Array.from({ length: 5 }, () => queue.add(() => promise));
    expect(promiseQueue.read(queue)).toEqual({ waiting: 3, active: 2, concurrency: 2 });
    queue.concurrency = 3;
    expect(promiseQueue.read(queue)).toEqual({ waiting: 2, active: 3, concurrency: 3 });
    resolve();
    await Promise.all(tasks);
    await queue.onIdle();
    expect(promiseQueue.read(queue)).toEqual({ waiting: 0, active: 0, concurrency: 3 });
  });

  it('counts what waits in a paused queue, and names no limit where there is none', () => {
    const queue = new PQueue({ autoStart: false });
    void queue.add(() => {});
    expect(promiseQueue.read(queue)).toEqual({ waiting: 1, active: 0, concurrency: undefined });
  });
});
