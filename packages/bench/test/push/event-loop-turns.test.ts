import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { longestStretch } from '../../src/push/event-loop-turns.ts';

function hold(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until) continue;
}

test('the longest stretch is the one that work holds the event loop for, not the sum', async () => {
  const { wall, cpu } = await longestStretch(async () => {
    for (const milliseconds of [30, 80, 30]) {
      hold(milliseconds);
      await sleep(1);
    }
  });
  expect(wall).toBeGreaterThanOrEqual(80);
  // Others may hold the machine meanwhile, but not this process.
  expect(cpu).toBeGreaterThan(0);
  expect(cpu).toBeLessThan(140);
});

test('what is held before the first turn, or after the last, counts', async () => {
  const { wall } = await longestStretch(() => (hold(40), Promise.resolve()));
  expect(wall).toBeGreaterThanOrEqual(40);
});

test('waiting holds nothing', async () => {
  const { cpu } = await longestStretch(() => sleep(200));
  expect(cpu).toBeLessThan(50);
});
