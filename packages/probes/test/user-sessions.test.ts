import { Observer } from '@outrider/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { read, readMetric } from '../../conformance/src/readings.ts';
import { userSessions } from '../src/user-sessions.ts';
import type { UserSessions } from '../src/user-sessions.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

let observer: Observer;
let now: number;

beforeEach(() => {
  observer = new Observer({ environment: {}, push: false, runtime: false });
  now = 0;
});

function newSessions(options: { kind?: string; maxActive?: number } = {}): UserSessions {
  return userSessions({ kind: 'visitor', idleMs: 30 * MINUTE, observer, now: () => now, ...options });
}

function active(kind = 'visitor'): number | undefined {
  return readMetric(observer, 'session.active', { 'session.kind': kind })[0]?.value;
}

/** How many sessions are over, and how long they were together, in seconds. */
function ended(kind = 'visitor'): [number, number] | undefined {
  const histogram = readMetric(observer, 'session.duration', { 'session.kind': kind })[0];
  return histogram && [histogram.value, histogram.sum!];
}

describe('user sessions', () => {
  it('last from the first to the last activity, and end by themselves', () => {
    const sessions = newSessions();
    expect(active()).toBe(0);
    sessions.touch('a');
    now += 10 * MINUTE;
    sessions.touch('a');
    sessions.touch('b');
    expect(active()).toBe(2);
    now += 30 * MINUTE - 1;
    expect([active(), ended()]).toEqual([2, undefined]);
    now += 1;
    // Reading is enough: nothing else happens any more.
    expect([active(), ended()]).toEqual([0, [2, 600]]);
    expect([active(), ended()]).toEqual([0, [2, 600]]);
  });

  it('begin anew after the idle time', () => {
    const sessions = newSessions();
    sessions.touch('a');
    now += 29 * MINUTE;
    sessions.touch('a');
    now += 31 * MINUTE;
    sessions.touch('a');
    expect([active(), ended()]).toEqual([1, [1, 29 * 60]]);
  });

  it('end when somebody leaves, which is the last activity', () => {
    const sessions = newSessions();
    sessions.touch('a');
    now += 5 * SECOND;
    sessions.end('a');
    expect([active(), ended()]).toEqual([0, [1, 5]]);
    sessions.end('a');
    sessions.end('nobody');
    expect([active(), ended()]).toEqual([0, [1, 5]]);
  });

  it('do not end twice: who leaves after the idle time left before', () => {
    const sessions = newSessions();
    sessions.touch('a');
    now += 40 * MINUTE;
    sessions.end('a');
    expect([active(), ended()]).toEqual([0, [1, 0]]);
  });

  it('are bounded: the least recently active makes room, and is recorded', () => {
    const sessions = newSessions({ maxActive: 2 });
    sessions.touch('a');
    now += SECOND;
    sessions.touch('b');
    now += SECOND;
    sessions.touch('a');
    sessions.touch('c');
    expect([active(), ended()]).toEqual([2, [1, 0]]);
    now += SECOND;
    sessions.touch('a');
    sessions.end('a');
    expect(ended()).toEqual([2, 3]);
  });

  it('hold 100,000 unless told otherwise', () => {
    const sessions = newSessions();
    for (let id = 0; id < 100_001; id++) sessions.touch(id);
    expect([active(), ended()]).toEqual([100_000, [1, 0]]);
  });

  it('of two kinds are told apart; those of one kind, tracked twice, are added up', () => {
    newSessions().touch('a');
    newSessions({ kind: 'editor' }).touch('a');
    newSessions({ kind: 'editor' }).touch('a');
    expect([active(), active('editor')]).toEqual([1, 2]);
    now += 30 * MINUTE;
    expect([active(), active('editor')]).toEqual([0, 0]);
    expect([ended(), ended('editor')]).toEqual([[1, 0], [2, 0]]); // oxfmt-ignore
  });

  it('have buckets from a second to eight hours and more', () => {
    const sessions = newSessions();
    for (const seconds of [0.5, 20 * 60, 9 * 3600, 100_000]) {
      sessions.touch(seconds);
      const until = now + seconds * SECOND;
      for (; now + 10 * MINUTE < until; now += 10 * MINUTE) sessions.touch(seconds);
      now = until;
      sessions.touch(seconds);
      sessions.end(seconds);
    }
    const [{ buckets } = {}] = readMetric(observer, 'session.duration');
    expect(buckets).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1]);
  });

  it('need an id', () => {
    const sessions = newSessions();
    for (const none of [undefined, null]) {
      sessions.touch(none);
      sessions.end(none);
    }
    expect([active(), ended()]).toEqual([0, undefined]);
  });

  it('are not kept where nothing is observed', () => {
    observer = new Observer({ environment: { OTEL_SDK_DISABLED: 'true' }, push: false, runtime: false });
    const sessions = newSessions();
    sessions.touch('a');
    sessions.end('a');
    expect([active(), ended()]).toEqual([undefined, undefined]);
  });

  it('do not tell an id', () => {
    const sessions = newSessions({ maxActive: 1 });
    for (const id of ['planted-secret-1', 'planted-secret-2']) sessions.touch(id);
    expect(JSON.stringify(read(observer))).not.toContain('planted-secret');
    sessions.end('planted-secret-2');
    expect(JSON.stringify(read(observer))).not.toContain('planted-secret');
  });

  it('use a clock that does not go back, unless given one', () => {
    const sessions = userSessions({ kind: 'visitor', idleMs: MINUTE, observer });
    sessions.touch('a');
    sessions.end('a');
    expect(ended()?.[1]).toBeLessThan(10);
  });

  it.each([
    { kind: '' },
    { kind: undefined },
    { idleMs: 0 },
    { idleMs: Number.NaN },
    { idleMs: '60' },
    { maxActive: 0 },
    { maxActive: 1.5 },
  ])('are not made with %j', (wrong) => {
    const options = { kind: 'visitor', idleMs: MINUTE, observer, ...wrong };
    expect(() => userSessions(options as never)).toThrow(
      expect.objectContaining({ code: 'OUTRIDER_OPTION', message: expect.stringContaining(Object.keys(wrong)[0]!) }),
    );
  });
});
