import pLimit, { limitFunction } from 'p-limit';
import { Observer } from '@outrider/core';
import { describe, expect, it } from 'vitest';
import { readMetric } from '../../conformance/src/readings.ts';
import { promiseLimit } from '../src/p-limit.ts';
import { readers } from '../src/registry.ts';

describe('p-limit', () => {
  it('is recognised; another function is not', () => {
    expect(promiseLimit.matches(pLimit(1))).toBe(true);
    expect(promiseLimit.matches(() => 0)).toBe(false);
    expect(promiseLimit.matches({ activeCount: 1, pendingCount: 1, clearQueue: () => {} })).toBe(false);
  });

  it('shows what runs and what waits, and rest after it', async () => {
    const limit = pLimit(2);
    const { promise, resolve } = Promise.withResolvers<void>();
    const tasks = Array.from({ length: 5 }, () => limit(() => promise));
    expect(promiseLimit.read(limit)).toEqual({ waiting: 3, active: 2, concurrency: 2 });
    resolve();
    await Promise.all(tasks);
    await expect.poll(() => promiseLimit.read(limit)).toEqual({ waiting: 0, active: 0, concurrency: 2 });
  });

  it('names no limit where there is none', () => {
    expect(promiseLimit.read(pLimit(Infinity))).toEqual({ waiting: 0, active: 0, concurrency: undefined });
  });

  it('is not called by an observer, though it is a function', () => {
    const observer = new Observer({ push: false, runtime: false });
    observer.addReaders(readers);
    const limit = pLimit(3);
    observer.queue(limit, { name: 'thumbnails' });
    expect(readMetric(observer, 'queue.concurrency')).toEqual([
      { metric: 'queue.concurrency', attributes: { 'queue.name': 'thumbnails' }, value: 3 },
    ]);
    expect(limit.activeCount + limit.pendingCount).toBe(0);
  });

  it('is not mistaken for what limitFunction() makes, which is not called either', () => {
    const observer = new Observer({ push: false, runtime: false });
    observer.addReaders(readers);
    let calls = 0;
    const limited = limitFunction(async () => calls++, { concurrency: 1 });
    expect(() => observer.queue(limited, { name: 'thumbnails' })).toThrow(
      expect.objectContaining({
        code: 'OUTRIDER_PROBE_TARGET',
        message: expect.stringContaining('what pLimit() returns'),
      }),
    );
    expect(readMetric(observer, 'queue.depth')).toEqual([]);
    expect(calls).toBe(0);
  });
});
