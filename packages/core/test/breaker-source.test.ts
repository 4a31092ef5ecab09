import { beforeEach, describe, expect, test } from 'vitest';
import { readMetric } from '../../conformance/src/readings.ts';
import { Observer } from '../src/observer.ts';
import type { BreakerStats } from '../src/probe.ts';

let observer: Observer;

beforeEach(() => {
  observer = new Observer({ environment: {}, entryPoint: undefined, push: false, runtime: false });
});

function states(name: string): Record<string, number> {
  return Object.fromEntries(
    readMetric(observer, 'breaker.state', { 'breaker.name': name }).map(({ attributes, value }) => [
      attributes['breaker.state'],
      value,
    ]),
  );
}

function calls(name: string): Record<string, number> {
  return Object.fromEntries(
    readMetric(observer, 'breaker.calls', { 'breaker.name': name }).map(({ attributes, value }) => [
      attributes['breaker.result'],
      value,
    ]),
  );
}

describe('the state', () => {
  const NONE = { closed: 0, open: 0, half_open: 0, isolated: 0 };

  test.each(['closed', 'open', 'half_open', 'isolated'] as const)('%s is 1, the others are 0', (state) => {
    observer.breaker(() => ({ state }), { name: 'payments' });
    expect(states('payments')).toEqual({ ...NONE, [state]: 1 });
  });

  test('of each breaker is its own, and follows it', () => {
    let state: BreakerStats['state'] = 'closed';
    observer.breaker(() => ({ state }), { name: 'payments' });
    observer.breaker(() => ({ state: 'open' }), { name: 'stock' });
    expect([states('payments'), states('stock')]).toEqual([
      { ...NONE, closed: 1 },
      { ...NONE, open: 1 },
    ]);
    state = 'half_open';
    expect(states('payments')).toEqual({ ...NONE, half_open: 1 });
  });

  test.each(['ajar', undefined, 1])('%j is none, and not four zeros; the calls are told', (state) => {
    observer.breaker(() => ({ state: state as 'open', failures: 1 }), { name: 'payments' });
    expect(states('payments')).toEqual({});
    expect(calls('payments')).toEqual({ failure: 1 });
  });
});

describe('the calls', () => {
  test('have a series a result', () => {
    const stats = { successes: 1, failures: 2, timeouts: 3, rejections: 4, fallbacks: 5 };
    observer.breaker(() => ({ state: 'open', ...stats }), { name: 'payments' });
    expect(calls('payments')).toEqual({ success: 1, failure: 2, timeout: 3, rejected: 4, fallback: 5 });
  });

  test('that are not counted are absent; 0 is 0', () => {
    observer.breaker(() => ({ state: 'open', successes: 0, timeouts: undefined }), { name: 'payments' });
    expect(calls('payments')).toStrictEqual({ success: 0 });
  });
});

test('one that throws has no series, and counts an error', () => {
  const broken = (): BreakerStats => {
    throw new Error('planned');
  };
  observer.breaker(broken, { name: 'broken' });
  observer.breaker(() => ({ state: 'open' }), { name: 'payments' });
  expect([states('broken'), calls('broken')]).toEqual([{}, {}]);
  expect(states('payments')).toMatchObject({ open: 1 });
  const errors = readMetric(observer, 'outrider.probe.errors', { probe: 'breaker:broken' });
  expect(errors[0]?.value).toBeGreaterThan(0);
});
