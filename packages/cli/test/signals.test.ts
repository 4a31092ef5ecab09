import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { listenToSignals } from '../src/signals.ts';

const SIGNALS = ['SIGHUP', 'SIGTERM', 'SIGINT'] as const;

let before: Map<(typeof SIGNALS)[number], unknown[]>;

beforeEach(() => {
  before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
});

afterEach(() => {
  for (const signal of SIGNALS) {
    for (const listener of process.listeners(signal))
      if (!before.get(signal)?.includes(listener)) process.off(signal, listener);
  }
});

it('reads the configuration again once more, however many ask while it is read', async () => {
  const signals = listenToSignals();
  const reloads: (() => void)[] = [];
  signals.onHangUp(() => new Promise((resolve) => reloads.push(resolve)));
  expect(reloads).toHaveLength(0);
  for (let time = 0; time < 1_000; time += 1) process.emit('SIGHUP');
  expect(reloads).toHaveLength(1);
  reloads[0]?.();
  await vi.waitFor(() => expect(reloads).toHaveLength(2), 10_000);
  reloads[1]?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(reloads).toHaveLength(2);
  process.emit('SIGHUP');
  expect(reloads).toHaveLength(3);
});

it('reads it again for one that asked before it was read at all', () => {
  const signals = listenToSignals();
  process.emit('SIGHUP');
  let reloads = 0;
  signals.onHangUp(async () => void (reloads += 1));
  expect(reloads).toBe(1);
});
