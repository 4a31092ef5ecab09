import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RequestTime } from '../../src/attribution/request-time.ts';
import type { Wait } from '../../src/attribution/request-time.ts';
import type { TimeSplit } from '../../src/attribution/split-time.ts';
import { serverTimingParts, timeParts } from '../../src/attribution/time-parts.ts';
import { SimulatedLoop } from './simulated-loop.ts';

function start(): { readonly loop: SimulatedLoop; readonly time: RequestTime; readonly closed: () => number } {
  const loop = new SimulatedLoop();
  let closed = 0;
  return { loop, time: new RequestTime(loop.now, loop.watch, () => closed++), closed: () => closed };
}

function sum({ waits, eventLoop, rest }: TimeSplit): number {
  return waits.reduce((total, part) => total + part, eventLoop + rest);
}

describe('the time of a request', () => {
  test('goes to what it waits for', () => {
    const { loop, time } = start();
    for (const [kind, idle] of [
      ['pool', 100],
      ['query', 200],
      ['outgoing', 300],
    ] as const) {
      const wait = time.begin(kind);
      loop.turn({ idle });
      wait?.end();
      loop.busy(1);
    }
    expect(time.split(loop.now)).toEqual({ waits: [100, 200, 300], eventLoop: 0, rest: 3 });
  });

  test('goes to the event loop where that is blocked by its own code, or by what comes before it', () => {
    const { loop, time } = start();
    loop.turn({ idle: 10 });
    const wait = time.begin('query');
    loop.busy(200);
    loop.turn();
    wait?.end();
    const { eventLoop } = time.split(loop.now);
    expect(eventLoop).toBe(200);
    loop.busy(50);
    expect(time.split(loop.now)).toEqual({ waits: [0, 0, 0], eventLoop: 250, rest: 10 });
  });

  test('counts what is under way until now, and an end once', () => {
    const { loop, time } = start();
    const wait = time.begin('pool');
    loop.turn({ idle: 50 });
    expect(time.split(loop.now).waits).toEqual([50, 0, 0]);
    wait?.end();
    loop.turn({ idle: 50 });
    wait?.end();
    expect(time.split(loop.now)).toEqual({ waits: [50, 0, 0], eventLoop: 0, rest: 50 });
  });

  test('ends with the request, which lets go of the loop once', () => {
    const { loop, time, closed } = start();
    const wait = time.begin('pool');
    time.close();
    time.close();
    wait?.end();
    expect(time.begin('query')).toBeUndefined();
    expect(closed()).toBe(1);
    loop.turn();
    expect(loop.watched).toBe(false);
  });

  test('of many waits, one after the other and at once, is split as that of few', () => {
    const { loop, time } = start();
    const expected = [0, 0, 0];
    const lasting = time.begin('outgoing');
    for (let at = 0; at < 2000; at++) {
      const waits = Array.from({ length: 5 }, () => time.begin('query'));
      loop.turn({ idle: 4 });
      for (const wait of waits) wait?.end();
      loop.turn({ idle: 2 });
      expected[1]! += 2;
      expected[2]! += 4;
    }
    lasting?.end();
    const split = time.split(loop.now);
    expect(split.waits).toEqual(expected);
    expect(sum(split)).toBe(12_000);
  });
});

const anyStep = fc.record({
  act: fc.constantFrom('pool', 'query', 'outgoing', 'end', 'end', 'turn', 'turn'),
  busy: fc.double({ min: 0, max: 40, noNaN: true }),
  timers: fc.double({ min: 0, max: 20, noNaN: true }),
  idle: fc.constantFrom(0, 0, 0.3, 30),
  which: fc.nat(),
});

test('whatever happens, no part is below zero and together they are the duration', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 400 }), (steps) => {
      const { loop, time } = start();
      const from = loop.now;
      const underWay: Wait[] = [];
      for (const { act, busy, timers, idle, which } of steps) {
        loop.busy(busy);
        if (act === 'turn') loop.turn({ timers, idle });
        else if (act === 'end') underWay.splice(which % (underWay.length || 1), 1)[0]?.end();
        else underWay.push(time.begin(act)!);
      }
      const duration = loop.now - from;
      const split = time.split(loop.now);
      for (const part of [...split.waits, split.eventLoop, split.rest]) expect(part).toBeGreaterThanOrEqual(0);
      expect(sum(split)).toBeCloseTo(duration, 6);
      const parts = Object.values(timeParts(split, duration));
      for (const part of parts) expect(part).toBeGreaterThanOrEqual(0);
      expect(parts.reduce((total, part) => total + part, 0)).toBeCloseTo(Number(duration.toFixed(3)), 6);
      const told = [...serverTimingParts(split, duration).matchAll(/dur=([\d.]+)/g)].map(([, part]) => Number(part));
      expect(told.reduce((total, part) => total + part, 0)).toBeCloseTo(Number(duration.toFixed(1)), 6);
    }),
  );
});

test('is told in milliseconds, by the log and by Server-Timing', () => {
  const split = { waits: [1.23456, 20, 0], eventLoop: 300.0004, rest: 4 };
  expect(timeParts(split, 325.23496)).toEqual({
    pool_wait_ms: 1.235,
    queries_ms: 20,
    outgoing_ms: 0,
    event_loop_ms: 300,
    rest_ms: 4,
  });
  expect(serverTimingParts(split, 325.23496)).toBe(
    ', pool;dur=1.2, db;dur=20.0, http;dur=0.0, loop;dur=300.0, rest;dur=4.0',
  );
});
