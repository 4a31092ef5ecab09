import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { read } from '../../../conformance/src/readings.ts';
import { EventLoopSource } from '../../src/runtime/event-loop.ts';

let source: EventLoopSource;

beforeEach(() => {
  source = new EventLoopSource();
});

afterEach(() => source.close());

function figures(): Record<string, number> {
  return Object.fromEntries(
    read(source).map(({ metric, attributes, value }) => [
      [metric.replace('nodejs.eventloop.', ''), attributes['nodejs.eventloop.state']].filter(Boolean).join(' '),
      value,
    ]),
  );
}

function block(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

test('before the first window there is only time', () => {
  expect(Object.keys(figures())).toEqual(['time active', 'time idle']);
});

test('a loop that is blocked for 200 ms shows in the maximum and in the utilization', async () => {
  await sleep(50);
  source.sample();
  block(200);
  // Until the loop has turned again and its timer has told.
  await expect
    .poll(() => {
      source.sample();
      return figures()['delay.max'];
    })
    .toBeGreaterThan(0.15);
  expect(figures()['delay.max']).toBeLessThan(1);
  expect(figures()['utilization']).toBeGreaterThan(0.5);
  expect(figures()['utilization']).toBeLessThanOrEqual(1);
});

test('a window forgets the one before', async () => {
  await sleep(30);
  block(200);
  await sleep(60);
  source.sample();
  expect(figures()['delay.max']).toBeGreaterThan(0.15);
  await sleep(100);
  source.sample();
  expect(figures()['delay.max']).toBeLessThan(0.15);
});

test('an idle loop has a median delay near nothing: the period of the timer is no delay', async () => {
  source.sample();
  // The quietest of some windows, because other processes may have the CPU.
  let median = Infinity;
  for (let window = 0; window < 10 && median >= 0.005; window++) {
    await sleep(150);
    source.sample();
    median = Math.min(median, figures()['delay.p50'] ?? Infinity);
  }
  expect(median).toBeLessThan(0.005);
});

test('percentiles are in order', async () => {
  for (let at = 0; at < 5; at++) {
    block(10 * at);
    await sleep(25);
  }
  source.sample();
  const found = figures();
  const ascending = [0, ...['p50', 'p90', 'p99', 'max'].map((name) => found[`delay.${name}`] ?? Number.NaN)];
  expect(ascending).toEqual(ascending.toSorted((a, b) => a - b));
});

test('two readers see the same figures, and reading does not close a window', async () => {
  await sleep(60);
  source.sample();
  const { 'time active': _active, 'time idle': _idle, ...first } = figures();
  await sleep(30);
  expect(figures()).toMatchObject(first);
  expect(Object.keys(first)).toHaveLength(5);
});

test('time only grows', async () => {
  const before = figures();
  await sleep(30);
  const after = figures();
  expect(after['time idle']).toBeGreaterThan(before['time idle'] ?? Infinity);
  expect(after['time active']).toBeGreaterThanOrEqual(before['time active'] ?? Infinity);
});
