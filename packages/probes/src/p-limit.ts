import type { QueueStats, Reader } from '@outrider/core';
import { OutriderError } from '@outrider/core/errors';
import { hasFunctions, hasNumbers } from './shape.ts';

interface Limit {
  readonly activeCount: number;
  readonly pendingCount: number;
  /** Since p-limit 6. */
  readonly concurrency?: number;
}

function hasCounts(target: object): boolean {
  return hasNumbers(target, ['activeCount', 'pendingCount']);
}

/**
 * Reads a limit of `p-limit`, which is a function with counts. How long the head has waited is absent: the library keeps
 * no times.
 *
 * @example
 * const limit = pLimit(8);
 * getObserver().queue(limit, { name: 'thumbnails' });
 */
export const promiseLimit: Reader<QueueStats> = {
  library: 'p-limit',
  matches(target: object): boolean {
    return typeof target === 'function' && hasFunctions(target, ['clearQueue']);
  },
  attach(target: object): void {
    if (hasCounts(target)) return;
    // Known to nobody, it would be taken for a function that returns the figures, and each reading would do its work.
    throw new OutriderError('OUTRIDER_PROBE_TARGET', {
      kind: 'queue',
      name: 'of p-limit',
      value: 'what limitFunction() returns has no counts',
      accepted: 'what pLimit() returns',
    });
  },
  read(target: object): QueueStats {
    const { activeCount, pendingCount, concurrency } = target as Limit;
    return {
      waiting: pendingCount,
      active: activeCount,
      concurrency: Number.isFinite(concurrency) ? concurrency : undefined,
    };
  },
};
