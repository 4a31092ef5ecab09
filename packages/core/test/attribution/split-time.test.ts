import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noTime, splitTime } from '../../src/attribution/split-time.ts';
import type { TimeSplit, WaitSpan } from '../../src/attribution/split-time.ts';

function split(
  spans: readonly WaitSpan[],
  from: number,
  until: number,
  blocked = (_a: number, _b: number) => 0,
): TimeSplit {
  const result = noTime();
  splitTime(result, spans, from, until, blocked);
  return result;
}

function span(kind: number, from: number, heard: number, over = heard): WaitSpan {
  return { kind, from, over, heard };
}

test('waits one after the other have their own time, and what is between them is the rest', () => {
  expect(split([span(0, 10, 30), span(1, 30, 60), span(2, 70, 75)], 0, 100)).toEqual({
    waits: [20, 30, 5],
    eventLoop: 0,
    rest: 45,
  });
});

test('two of a kind at once are one stretch of time, two kinds share it', () => {
  expect(split([span(1, 0, 50), span(1, 0, 80)], 0, 100).waits).toEqual([0, 80, 0]);
  expect(split([span(1, 0, 100), span(2, 50, 100)], 0, 100).waits).toEqual([0, 75, 25]);
});

test('what was over and not heard of is the event loop, unless another wait goes on', () => {
  expect(split([span(1, 0, 100, 40)], 0, 100)).toEqual({ waits: [0, 40, 0], eventLoop: 60, rest: 0 });
  expect(split([span(1, 0, 100, 40), span(2, 0, 100)], 0, 100)).toEqual({ waits: [0, 20, 80], eventLoop: 0, rest: 0 });
  expect(split([span(1, 0, 100, 40), span(2, 0, 101, 70)], 0, 101)).toEqual({
    waits: [0, 20, 50],
    eventLoop: 31,
    rest: 0,
  });
});

test('a blocked loop is no rest, and is asked for only where nothing is waited for', () => {
  const asked: Array<[number, number]> = [];
  const blocked = (from: number, until: number): number => {
    asked.push([from, until]);
    return 15;
  };
  expect(split([span(0, 20, 90)], 0, 100, blocked)).toEqual({ waits: [70, 0, 0], eventLoop: 25, rest: 5 });
  expect(asked).toEqual([
    [0, 20],
    [90, 100],
  ]);
});

test('waits count between the two moments only, and those under way until the second', () => {
  const never = Number.POSITIVE_INFINITY;
  expect(split([span(0, -50, 10), span(1, 90, never), span(2, 100, never)], 0, 100).waits).toEqual([10, 10, 0]);
});

const UNTIL = 60;
const moment = fc.integer({ min: -10, max: UNTIL + 10 });
const anySpan = fc
  .record({ kind: fc.integer({ min: 0, max: 2 }), times: fc.tuple(moment, moment, moment) })
  .map(({ kind, times }): WaitSpan => {
    const [from, over, heard] = times.toSorted((a, b) => a - b) as [number, number, number];
    return { kind, from, over, heard };
  });
const anyBlocked = fc.array(fc.boolean(), { minLength: UNTIL, maxLength: UNTIL });

// Millisecond by millisecond, as the rule is said.
function expected(spans: readonly WaitSpan[], blocked: readonly boolean[]): TimeSplit {
  const result = noTime();
  for (let at = 0; at < UNTIL; at++) {
    const kinds = new Set(spans.filter(({ from, over }) => from <= at && at < over).map(({ kind }) => kind));
    for (const kind of kinds) result.waits[kind]! += 1 / kinds.size;
    if (kinds.size > 0) continue;
    if (blocked[at]! || spans.some(({ over, heard }) => over <= at && at < heard)) result.eventLoop++;
    else result.rest++;
  }
  return result;
}

test('any waits are split as the rule says, and the parts are the whole', () => {
  fc.assert(
    fc.property(fc.array(anySpan, { maxLength: 12 }), anyBlocked, (spans, blocked) => {
      const count = (from: number, until: number): number => blocked.slice(from, until).filter(Boolean).length;
      const { waits, eventLoop, rest } = split(spans, 0, UNTIL, count);
      const wanted = expected(spans, blocked);
      for (const [kind, milliseconds] of waits.entries()) expect(milliseconds).toBeCloseTo(wanted.waits[kind]!);
      expect(eventLoop).toBeCloseTo(wanted.eventLoop);
      expect(rest).toBeCloseTo(wanted.rest);
      expect(waits.reduce((sum, part) => sum + part, eventLoop + rest)).toBeCloseTo(UNTIL);
    }),
    { numRuns: 500 },
  );
});
