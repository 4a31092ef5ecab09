import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  IsolatedCircuitError,
  bulkhead,
  circuitBreaker,
  handleAll,
  handleWhen,
  retry,
  wrap,
} from 'cockatiel';
import type { CircuitBreakerPolicy, Policy } from 'cockatiel';
import { describe, expect, it } from 'vitest';
import { cockatielBreaker } from '../src/cockatiel.ts';
import { opossumBreaker } from '../src/opossum.ts';

const NOTHING = { successes: 0, failures: 0, rejections: 0 };
const HOUR = 3_600_000;

function newBreaker(halfOpenAfter = HOUR, policy: Policy = handleAll): CircuitBreakerPolicy {
  return circuitBreaker(policy, { halfOpenAfter, breaker: new ConsecutiveBreaker(2) });
}

function attached(halfOpenAfter?: number, policy?: Policy): CircuitBreakerPolicy {
  const breaker = newBreaker(halfOpenAfter, policy);
  cockatielBreaker.attach?.(breaker);
  return breaker;
}

async function fail(): Promise<never> {
  throw new Error('planned');
}

async function open(breaker: CircuitBreakerPolicy): Promise<void> {
  for (const _ of [1, 2]) await expect(breaker.execute(fail)).rejects.toThrow('planned');
}

describe('cockatiel', () => {
  it('is recognised, and by its own reader only', () => {
    expect(cockatielBreaker.matches(newBreaker())).toBe(true);
    expect(opossumBreaker.matches(newBreaker())).toBe(false);
    expect(cockatielBreaker.matches(retry(handleAll, { maxAttempts: 1 }))).toBe(false);
    expect(cockatielBreaker.matches(bulkhead(1))).toBe(false);
  });

  it('counts calls by result, and shows what opens and closes', async () => {
    const breaker = attached(1);
    await breaker.execute(() => 1);
    expect(cockatielBreaker.read(breaker)).toEqual({ state: 'closed', ...NOTHING, successes: 1 });
    await open(breaker);
    expect(cockatielBreaker.read(breaker)).toEqual({ state: 'open', ...NOTHING, successes: 1, failures: 2 });
    // Open for long enough, it lets one call try, which is no rejection.
    const started = Date.now();
    await expect.poll(() => Date.now() - started).toBeGreaterThan(1);
    const { promise, resolve } = Promise.withResolvers<void>();
    const tried = breaker.execute(() => promise);
    expect(cockatielBreaker.read(breaker)).toEqual({ state: 'half_open', ...NOTHING, successes: 1, failures: 2 });
    resolve();
    await tried;
    expect(cockatielBreaker.read(breaker)).toEqual({ state: 'closed', ...NOTHING, successes: 2, failures: 2 });
  });

  it('counts what it refuses while open', async () => {
    const breaker = attached();
    await open(breaker);
    await expect(breaker.execute(() => 1)).rejects.toBeInstanceOf(BrokenCircuitError);
    expect(cockatielBreaker.read(breaker)).toEqual({ state: 'open', successes: 0, failures: 2, rejections: 1 });
  });

  it('counts what it refuses while isolated', async () => {
    const breaker = attached();
    const isolation = breaker.isolate();
    await expect(breaker.execute(() => 1)).rejects.toBeInstanceOf(IsolatedCircuitError);
    expect(cockatielBreaker.read(breaker)).toEqual({ state: 'isolated', ...NOTHING, rejections: 1 });
    isolation.dispose();
    expect(cockatielBreaker.read(breaker)).toEqual({ state: 'closed', ...NOTHING, rejections: 1 });
  });

  it('counts a call that waited for another to be tried once', async () => {
    // From the second time on it stays open for an hour, so that who waited is refused.
    const backoff = { next: () => ({ duration: 0, next: () => ({ duration: HOUR, next: () => null as never }) }) };
    const breaker = circuitBreaker(handleAll, { halfOpenAfter: backoff, breaker: new ConsecutiveBreaker(2) });
    cockatielBreaker.attach?.(breaker);
    await open(breaker);
    const { promise, reject } = Promise.withResolvers<void>();
    const tried = breaker.execute(() => promise);
    const waited = breaker.execute(() => 1);
    reject(new Error('planned'));
    await expect(tried).rejects.toThrow('planned');
    await expect(waited).rejects.toBeInstanceOf(BrokenCircuitError);
    expect(cockatielBreaker.read(breaker)).toEqual({ state: 'open', successes: 0, failures: 3, rejections: 1 });
  });

  it('counts an error that it is not to handle as a failure', async () => {
    const breaker = attached(
      HOUR,
      handleWhen(() => false),
    );
    for (const _ of [1, 2, 3]) await expect(breaker.execute(fail)).rejects.toThrow('planned');
    expect(cockatielBreaker.read(breaker)).toEqual({ state: 'closed', ...NOTHING, failures: 3 });
  });

  it('changes nothing for who calls it', async () => {
    const breaker = attached();
    const error = new Error('planned');
    await expect(breaker.execute(() => Promise.reject(error))).rejects.toBe(error);
    const { signal } = new AbortController();
    await expect(breaker.execute((context) => context.signal, signal)).resolves.toBe(signal);
    // Called without its breaker it rejects, and does not throw.
    const { execute } = breaker;
    await expect(Reflect.apply(execute, undefined, [() => 1])).rejects.toThrow(TypeError);
    expect(Object.keys(breaker)).toEqual(Object.keys(newBreaker()));
  });

  it('does not count rejections where it cannot', async () => {
    const breaker = Object.freeze(newBreaker());
    cockatielBreaker.attach?.(breaker);
    await breaker.execute(() => 1);
    expect(cockatielBreaker.read(breaker)).toEqual({
      state: 'closed',
      successes: 1,
      failures: 0,
      rejections: undefined,
    });
  });

  it('is found among wrapped policies', async () => {
    const breaker = newBreaker();
    const policy = wrap(retry(handleAll, { maxAttempts: 3 }), wrap(bulkhead(5), breaker));
    expect(cockatielBreaker.matches(policy)).toBe(true);
    cockatielBreaker.attach?.(policy);
    cockatielBreaker.attach?.(breaker);
    await expect(policy.execute(fail)).rejects.toBeInstanceOf(BrokenCircuitError);
    // Four tries: the third and fourth found it open.
    const expected = { state: 'open', successes: 0, failures: 2, rejections: 2 };
    expect(cockatielBreaker.read(policy)).toEqual(expected);
    expect(cockatielBreaker.read(breaker)).toEqual(expected);
  });

  it('counts on where one is attached again', async () => {
    const breaker = attached();
    await breaker.execute(() => 1);
    cockatielBreaker.attach?.(breaker);
    const isolation = breaker.isolate();
    await expect(breaker.execute(() => 1)).rejects.toBeInstanceOf(IsolatedCircuitError);
    isolation.dispose();
    expect(cockatielBreaker.read(breaker)).toEqual({ state: 'closed', successes: 1, failures: 0, rejections: 1 });
  });

  it('is not guessed where there are two', () => {
    expect(cockatielBreaker.matches(wrap(newBreaker(), newBreaker()))).toBe(false);
    expect(cockatielBreaker.matches(wrap(retry(handleAll, { maxAttempts: 3 }), bulkhead(1)))).toBe(false);
  });
});
