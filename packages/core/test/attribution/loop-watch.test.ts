import { beforeEach, describe, expect, test } from 'vitest';
import { LoopWatch } from '../../src/attribution/loop-watch.ts';
import { SimulatedLoop } from './simulated-loop.ts';

let loop: SimulatedLoop;

beforeEach(() => {
  loop = new SimulatedLoop();
  loop.watch.retain();
  loop.turn({ idle: 10 });
});

/** For how long what began so long ago was held back, as it is heard of now. */
function held(age: number): number {
  return loop.now - loop.watch.overAt(loop.now - age, loop.now);
}

describe('when something was over', () => {
  test('is when it was heard of, where the loop was free', () => {
    loop.turn({ idle: 100 });
    expect(held(100)).toBe(0);
    loop.busy(4);
    expect(held(104)).toBe(0);
  });

  test('is the return of the poll that had to wait, where a callback of the same poll came first', () => {
    loop.turn({ idle: 100 });
    loop.watch.overAt(loop.now, loop.now);
    loop.busy(200);
    expect(held(250)).toBe(200);
  });

  test('is soon after the beginning, where it began right before the block', () => {
    const from = loop.now - 1;
    loop.watch.overAt(loop.now, loop.now);
    loop.busy(900);
    loop.turn();
    expect(loop.watch.overAt(from, loop.now) - from).toBeCloseTo(Math.sqrt(1 * 901));
  });

  test('is in the middle of the block, where it had lasted much longer', () => {
    loop.watch.overAt(loop.now, loop.now);
    loop.busy(100);
    loop.turn();
    expect(held(10_000)).toBeCloseTo(50, 0);
  });

  test('is its beginning, where it waited for nothing but this thread', () => {
    loop.watch.overAt(loop.now, loop.now);
    loop.busy(3);
    const from = loop.now;
    loop.busy(80);
    expect(loop.watch.overAt(from, loop.now)).toBe(from);
  });

  test('has nothing to do with a block that ended before the poll which did not find it', () => {
    loop.busy(300);
    loop.turn({ idle: 50 });
    expect(held(360)).toBe(0);
    loop.turn({ idle: 0 });
    expect(held(360)).toBe(0);
  });

  test('has nothing to do with timers that blocked before the poll that waited for it', () => {
    loop.turn({ timers: 300, idle: 50 });
    expect(held(600)).toBe(0);
  });

  test('may be in a block of timers after which it was there at once', () => {
    loop.watch.overAt(loop.now, loop.now);
    loop.turn({ timers: 300 });
    expect(held(10_300)).toBeCloseTo(150, -1);
  });

  test('is never before its beginning nor in the future', () => {
    for (const age of [0, 0.5, 5, 50, 500, 5000]) {
      for (const block of [0, 6, 60, 600]) {
        loop.watch.overAt(loop.now, loop.now);
        loop.busy(block);
        loop.turn();
        const from = loop.now - age;
        const over = loop.watch.overAt(from, loop.now);
        expect(over).toBeGreaterThanOrEqual(from);
        expect(over).toBeLessThanOrEqual(loop.now);
        loop.turn({ idle: 1 });
      }
    }
  });
});

describe('blocked time', () => {
  test('is that of turns which took long, between two moments', () => {
    const from = loop.now;
    loop.watch.overAt(from, from);
    loop.busy(100);
    loop.turn({ idle: 40 });
    loop.busy(2);
    loop.turn({ idle: 60 });
    loop.watch.overAt(loop.now, loop.now);
    loop.busy(50);
    loop.turn();
    expect(loop.watch.blocked(from, loop.now)).toBe(150);
    expect(loop.watch.blocked(from + 30, loop.now)).toBe(120);
    expect(loop.watch.blocked(from + 100, from + 190)).toBe(0);
    expect(loop.watch.blocked(from + 220, from + 230)).toBe(10);
  });

  test('has the turn under way in it', () => {
    const from = loop.now;
    loop.watch.overAt(from, from);
    loop.busy(100);
    expect(loop.watch.blocked(from + 60, loop.now)).toBe(40);
  });

  test('has timers that came before the loop waited in it', () => {
    loop.turn({ timers: 70, idle: 30 });
    expect(loop.watch.blocked(loop.now - 100, loop.now)).toBe(70);
    expect(loop.watch.blocked(loop.now - 30, loop.now)).toBe(0);
  });

  test('is all of the time of a loop that never waits, for however long', () => {
    const from = loop.now;
    loop.watch.overAt(from, from);
    for (let turn = 0; turn < 5000; turn++) {
      loop.busy(6);
      loop.turn();
    }
    expect(loop.watch.blocked(from, loop.now)).toBeCloseTo(30_000);
  });
});

test('watches only as long as somebody wants it to', () => {
  expect(loop.watched).toBe(true);
  loop.watch.retain();
  loop.watch.release();
  loop.turn();
  expect(loop.watched).toBe(true);
  loop.watch.release();
  loop.turn();
  expect(loop.watched).toBe(false);
  loop.watch.retain();
  expect(loop.watched).toBe(true);
});

test('sees real blocks, and lets the loop wait', async () => {
  const watch = new LoopWatch();
  watch.retain();
  const from = watch.now();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const cpu = process.threadCpuUsage();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { user, system } = process.threadCpuUsage(cpu);
  expect((user + system) / 1000).toBeLessThan(100);
  const begun = watch.now();
  while (watch.now() - begun < 80);
  await new Promise((resolve) => setImmediate(resolve));
  const blocked = watch.blocked(begun, watch.now());
  expect(blocked).toBeGreaterThanOrEqual(79);
  expect(blocked).toBeLessThan(watch.now() - from);
  watch.release();
});
