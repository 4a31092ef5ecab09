import type { BreakerStats, Reader } from '@outrider/core';
import { hasFunctions } from './shape.ts';

interface Breaker {
  readonly opened: boolean;
  readonly halfOpen: boolean;
  readonly closed: boolean;
  readonly isShutdown?: boolean;
  on(event: string, listener: (first: unknown) => void): unknown;
}

interface Counts {
  successes: number;
  failures: number;
  timeouts: number;
  rejections: number;
  fallbacks: number;
}

const counted = new WeakMap<object, Counts>();

// The library's own `stats` are those of the last ten seconds, so its events are counted. It tells of a call that timed
// out, or found the breaker full, twice: as that, and with the same error right after as a failure (a success where
// errorFilter says so). One call has one result here, the first.
function count(breaker: Breaker): Counts {
  const counts: Counts = { successes: 0, failures: 0, timeouts: 0, rejections: 0, fallbacks: 0 };
  const told = new WeakSet();
  breaker.on('timeout', (error) => {
    told.add(error as object);
    counts.timeouts++;
  });
  breaker.on('semaphoreLocked', (error) => {
    told.add(error as object);
    counts.rejections++;
  });
  breaker.on('success', (result) => {
    if (!told.has(result as object)) counts.successes++;
  });
  breaker.on('failure', (error) => {
    if (!told.has(error as object)) counts.failures++;
  });
  breaker.on('reject', () => counts.rejections++);
  breaker.on('fallback', () => counts.fallbacks++);
  return counts;
}

function isBreaker(target: object): boolean {
  const { opened, halfOpen, closed } = target as Partial<Breaker>;
  return (
    [opened, halfOpen, closed].every((state) => typeof state === 'boolean') &&
    hasFunctions(target, ['fire', 'call', 'fallback', 'healthCheck', 'on'])
  );
}

/**
 * Reads a `CircuitBreaker` of `opossum`: its state, and the calls since it was registered. An error that its
 * `errorFilter` lets pass is a success, as it is to the breaker; a rejection is a call that was not made, because the
 * breaker was open or `capacity` used up; a fallback comes beside the result that led to it. Answers from its cache and
 * calls while it is disabled have no result. Its series end with `shutdown()`.
 *
 * @example
 * const breaker = new CircuitBreaker(charge, { timeout: 3000 });
 * getObserver().breaker(breaker, { name: 'payments' });
 */
export const opossumBreaker: Reader<BreakerStats> = {
  library: 'opossum',
  matches: isBreaker,
  attach(target: object): void {
    if (!counted.has(target)) counted.set(target, count(target as Breaker));
  },
  read(target: object): BreakerStats | undefined {
    const { opened, halfOpen, isShutdown } = target as Breaker;
    if (isShutdown === true) return undefined;
    return { state: opened ? 'open' : halfOpen ? 'half_open' : 'closed', ...counted.get(target) };
  },
};
