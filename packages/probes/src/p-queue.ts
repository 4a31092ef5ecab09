import type { QueueStats, Reader } from '@outrider/core';
import { hasFunctions, hasNumbers } from './shape.ts';

interface PQueue {
  readonly size: number;
  readonly pending: number;
  readonly concurrency: number;
}

/**
 * Reads a `PQueue` of `p-queue` from its public getters: `size` waits, `pending` is being worked on. How long the head
 * has waited is absent: the library keeps the time of tasks that run, not of those that wait.
 *
 * @example
 * const mails = new PQueue({ concurrency: 4 });
 * getObserver().queue(mails, { name: 'mails' });
 */
export const promiseQueue: Reader<QueueStats> = {
  library: 'p-queue',
  matches(target: object): boolean {
    return (
      hasNumbers(target, ['size', 'pending', 'concurrency']) &&
      hasFunctions(target, ['add', 'addAll', 'pause', 'clear', 'onEmpty', 'onIdle'])
    );
  },
  read(target: object): QueueStats {
    const { size, pending, concurrency } = target as PQueue;
    // Infinity, the default, is no limit and thereby no figure.
    return { waiting: size, active: pending, concurrency: Number.isFinite(concurrency) ? concurrency : undefined };
  },
};
