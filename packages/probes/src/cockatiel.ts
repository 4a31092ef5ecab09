import type { BreakerStats, Reader } from '@outrider/core';
import { hasFunctions, hasNumbers } from './shape.ts';

// Cockatiel's enum CircuitState: Closed is 0.
const STATES = ['closed', 'open', 'half_open', 'isolated'] as const;
const OPEN = 1;
const ISOLATED = 3;

type Execute = (this: Breaker | undefined, ...given: readonly unknown[]) => unknown;

interface Breaker {
  readonly state: number;
  readonly execute: Execute;
  onSuccess(listener: () => void): unknown;
  onFailure(listener: () => void): unknown;
}

interface Counts {
  successes: number;
  failures: number;
  rejections: number | undefined;
}

const counted = new WeakMap<object, Counts>();

function isBreaker(target: object): boolean {
  return (
    hasNumbers(target, ['state']) &&
    hasFunctions(target, ['execute', 'isolate', 'onBreak', 'onReset', 'onHalfOpen', 'onSuccess', 'onFailure'])
  );
}

// The breakers among the policies that wrap() has put together, one in another.
function breakersIn(target: object, depth = 0): Breaker[] {
  if (isBreaker(target)) return [target as Breaker];
  const { wrapped } = target as { wrapped?: unknown };
  if (!Array.isArray(wrapped) || depth === 4) return [];
  return wrapped.flatMap((policy: unknown) =>
    typeof policy === 'object' && policy !== null ? breakersIn(policy, depth + 1) : [],
  );
}

function count(breaker: Breaker): Counts {
  const counts: Counts = { successes: 0, failures: 0, rejections: undefined };
  breaker.onSuccess(() => {
    counts.successes++;
  });
  breaker.onFailure(() => {
    counts.failures++;
  });
  countRejections(breaker, counts);
  return counts;
}

// There is no event for a call that is not made, so execute() is shadowed; the promise it answers is handed on as it is.
// It refuses at once, before it awaits anything: always while isolated; while open unless that has lasted long enough, in
// which case the state is another one by then. A call that waits for others to be tried comes through here once more.
function countRejections(breaker: Breaker, counts: Counts): void {
  const { execute } = breaker;
  const shadow: Execute = function shadowed(this: Breaker | undefined, ...given) {
    const before = this?.state;
    const answer = Reflect.apply(execute, this, given);
    if ((before === OPEN || before === ISOLATED) && this?.state === before) counts.rejections!++;
    return answer;
  };
  const done = Reflect.defineProperty(breaker, 'execute', { value: shadow, configurable: true, writable: true });
  if (done) counts.rejections = 0;
}

/**
 * Reads a circuit breaker of `cockatiel`, or the one in what `wrap()` made: its state, and the calls since it was
 * registered. A failure is a call that failed, also by an error that the breaker is not to handle; a rejection is a call
 * that was not made, because it was open or isolated. Timeouts and fallbacks are absent: other policies know them.
 *
 * @example
 * const breaker = circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) });
 * getObserver().breaker(breaker, { name: 'payments' });
 */
export const cockatielBreaker: Reader<BreakerStats> = {
  library: 'cockatiel',
  matches: (target: object): boolean => breakersIn(target).length === 1,
  attach(target: object): void {
    const breaker = breakersIn(target)[0]!;
    if (!counted.has(breaker)) counted.set(breaker, count(breaker));
  },
  read(target: object): BreakerStats {
    const breaker = breakersIn(target)[0]!;
    const state = STATES[breaker.state];
    if (state === undefined) throw new Error(`cockatiel is in a state that is not known here: ${breaker.state}`);
    return { state, ...counted.get(breaker) };
  },
};
