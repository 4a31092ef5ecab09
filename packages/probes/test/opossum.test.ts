import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import CircuitBreaker from 'opossum';
import { describe, expect, it } from 'vitest';
import { cockatielBreaker } from '../src/cockatiel.ts';
import { opossumBreaker } from '../src/opossum.ts';

const NOTHING = { successes: 0, failures: 0, timeouts: 0, rejections: 0, fallbacks: 0 };

type Action = 'answer' | 'fail' | 'hang' | 'refuse';

async function act(action: Action): Promise<string> {
  if (action === 'hang') return new Promise(() => {});
  if (action !== 'answer') throw new Error(action);
  return action;
}

function attached(options: CircuitBreaker.Options = {}): CircuitBreaker<[Action], string> {
  // A threshold above all there is keeps it closed, unless a test says otherwise.
  const breaker = new CircuitBreaker(act, { errorThresholdPercentage: 100, ...options });
  opossumBreaker.attach?.(breaker);
  return breaker;
}

describe('opossum', () => {
  it('is recognised, and by its own reader only', () => {
    const breaker = attached();
    expect(opossumBreaker.matches(breaker)).toBe(true);
    expect(cockatielBreaker.matches(breaker)).toBe(false);
    expect(opossumBreaker.matches({ opened: true, halfOpen: false, closed: false })).toBe(false);
  });

  it('has no counts until it is attached', () => {
    expect(opossumBreaker.read(new CircuitBreaker(act))).toEqual({ state: 'closed' });
  });

  it('shows each state', async () => {
    const breaker = attached({ errorThresholdPercentage: 1, resetTimeout: 20 });
    expect(opossumBreaker.read(breaker)).toEqual({ state: 'closed', ...NOTHING });
    await expect(breaker.fire('fail')).rejects.toThrow('fail');
    expect(opossumBreaker.read(breaker)).toEqual({ state: 'open', ...NOTHING, failures: 1 });
    await expect(breaker.fire('answer')).rejects.toThrow('Breaker is open');
    expect(opossumBreaker.read(breaker)).toEqual({ state: 'open', ...NOTHING, failures: 1, rejections: 1 });
    await expect.poll(() => opossumBreaker.read(breaker)?.state).toBe('half_open');
    await breaker.fire('answer');
    expect(opossumBreaker.read(breaker)).toEqual({
      state: 'closed',
      ...NOTHING,
      successes: 1,
      failures: 1,
      rejections: 1,
    });
    breaker.shutdown();
    expect(opossumBreaker.read(breaker)).toBeUndefined();
  });

  it('counts a timeout as one, and not as a failure too', async () => {
    const breaker = attached({ timeout: 5 });
    await expect(breaker.fire('hang')).rejects.toThrow('Timed out');
    expect(opossumBreaker.read(breaker)).toEqual({ state: 'closed', ...NOTHING, timeouts: 1 });
    breaker.shutdown();
  });

  it('counts a call beyond its capacity as rejected, and not as a failure too', async () => {
    const breaker = attached({ capacity: 1, timeout: false });
    void breaker.fire('hang');
    await expect(breaker.fire('answer')).rejects.toThrow('Semaphore locked');
    expect(opossumBreaker.read(breaker)).toEqual({ state: 'closed', ...NOTHING, rejections: 1 });
    breaker.shutdown();
  });

  it('counts an error that the filter lets pass as a success, unless the call timed out', async () => {
    const breaker = attached({ timeout: 5, errorFilter: () => true });
    await expect(breaker.fire('refuse')).rejects.toThrow('refuse');
    await expect(breaker.fire('hang')).rejects.toThrow('Timed out');
    expect(opossumBreaker.read(breaker)).toEqual({ state: 'closed', ...NOTHING, successes: 1, timeouts: 1 });
    breaker.shutdown();
  });

  it('counts a fallback beside what led to it', async () => {
    const breaker = attached();
    breaker.fallback(() => 'instead');
    await expect(breaker.fire('fail')).resolves.toBe('instead');
    breaker.open();
    await expect(breaker.fire('answer')).resolves.toBe('instead');
    expect(opossumBreaker.read(breaker)).toEqual({
      state: 'open',
      ...NOTHING,
      failures: 1,
      rejections: 1,
      fallbacks: 2,
    });
    breaker.shutdown();
  });

  it('counts on where one is attached again', async () => {
    const breaker = attached();
    await breaker.fire('answer');
    opossumBreaker.attach?.(breaker);
    await breaker.fire('answer');
    expect(opossumBreaker.read(breaker)).toMatchObject({ successes: 2 });
    breaker.shutdown();
  });

  it('is not kept alive', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const reference = (() => new WeakRef(attached({ enableSnapshots: false, rollingCountTimeout: 10 })))();
    const alive = (): boolean => {
      collectGarbage();
      return reference.deref() !== undefined;
    };
    await expect.poll(alive).toBe(false);
  });
});
