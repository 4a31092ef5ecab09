import type { WaitResult } from '@outrider/core';
import { describe, expect, it } from 'vitest';
import { WaitingCallers } from '../src/waiting-callers.ts';

let now = 0;
let ended: string[] = [];

function waiting(): WaitingCallers {
  now = 0;
  ended = [];
  return new WaitingCallers(() => now);
}

function named(name: string): { end(result: WaitResult): void } {
  return { end: (result) => ended.push(`${name} ${result}`) };
}

describe('callers that wait', () => {
  it('are told apart by when they began', () => {
    const callers = waiting();
    for (const [at, name] of ['a', 'b', 'c'].entries()) {
      now = at * 10;
      callers.begin(named(name));
    }
    now = 100;
    callers.endAfter(90, 'ok');
    callers.endAfter(80, 'timeout');
    callers.endAfter(100, 'ok');
    expect(ended).toEqual(['b ok', 'c timeout', 'a ok']);
    expect(callers.size).toBe(0);
  });

  it('that began at once end in the order of their coming', () => {
    const callers = waiting();
    for (const name of ['a', 'b']) callers.begin(named(name));
    now = 5;
    callers.endAfter(5, 'ok');
    expect(ended).toEqual(['a ok']);
  });

  it('are ended by one who came before any of them was seen, rather than never', () => {
    const callers = waiting();
    now = 50;
    callers.begin(named('a'));
    now = 60;
    callers.endAfter(60, 'ok');
    callers.endAfter(10, 'ok');
    expect(ended).toEqual(['a ok']);
    expect(callers.size).toBe(0);
  });

  it('end once', () => {
    const callers = waiting();
    const caller = callers.begin(named('a'));
    caller.end('error');
    caller.end('ok');
    callers.endAfter(0, 'ok');
    expect(ended).toEqual(['a error']);
  });

  it('are found at once, however many began together', () => {
    const callers = waiting();
    const many = 15_000;
    for (let caller = 0; caller < many; caller++) callers.begin(undefined);
    now = 5;
    callers.begin(named('later'));
    const begun = performance.now();
    for (let caller = 0; caller < many; caller++) callers.endAfter(5, 'ok');
    // It takes seconds where each is compared with all others.
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(ended).toEqual([]);
    expect(callers.size).toBe(1);
  });

  it('may begin later than they came', () => {
    const callers = waiting();
    const caller = callers.begin(named('a'));
    now = 10;
    caller.beginsNow();
    now = 12;
    callers.begin(named('b'));
    now = 20;
    callers.endAfter(10, 'ok');
    expect(ended).toEqual(['a ok']);
  });

  it('that came before one who is served have left, where callers are served in order', () => {
    const callers = waiting();
    for (const [at, name] of ['a', 'b', 'c', 'd'].entries()) {
      now = at * 100;
      callers.begin(named(name));
    }
    now = 1000;
    callers.serveAfter(800);
    expect(ended).toEqual(['a error', 'b error', 'c ok']);
    expect(callers.size).toBe(1);
    callers.serveAfter(500);
    callers.serveAfter(500);
    expect(ended.slice(3)).toEqual(['d ok']);
  });

  it('have not left where the clock is only read a little later than the library did', () => {
    const callers = waiting();
    for (const [at, name] of ['a', 'b', 'c'].entries()) {
      now = at * 3;
      callers.begin(named(name));
    }
    now = 106;
    callers.serveAfter(100);
    callers.serveAfter(97);
    callers.serveAfter(94);
    expect(ended).toEqual(['a ok', 'b ok', 'c ok']);
  });

  it('are dropped from the oldest on', () => {
    const callers = waiting();
    for (const name of ['a', 'b', 'c']) callers.begin(named(name));
    callers.keep(1);
    expect(ended).toEqual(['a error', 'b error']);
    expect(callers.size).toBe(1);
  });
});
