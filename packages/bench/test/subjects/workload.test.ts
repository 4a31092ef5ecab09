import { expect, test } from 'vitest';
import type { Subject } from '../../src/subjects/subject.ts';
import { Workload } from '../../src/subjects/workload.ts';

interface Recorded {
  readonly series: number[];
  readonly seconds: number[];
}

function record(seed: number, count: number): Recorded & { readonly sum: number } {
  const recorded: Recorded = { series: [], seconds: [] };
  const subject: Subject = {
    record(series, seconds, at) {
      recorded.series.push(series);
      recorded.seconds.push(seconds[at]!);
    },
    totals: () => ({ series: 0, count: 0, sum: 0 }),
  };
  const workload = new Workload(160, seed);
  workload.record(subject, count);
  return { ...recorded, sum: workload.sum() };
}

test('a seed gives the same records again, and another seed others', () => {
  expect(record(1, 100)).toEqual(record(1, 100));
  expect(record(1, 100).series).not.toEqual(record(2, 100).series);
});

test('every series has its share, and durations have the median of requests', () => {
  const { series, seconds, sum } = record(3, 50_000);
  expect(new Set(series).size).toBe(160);
  const median = seconds.toSorted((one, other) => one - other)[25_000]!;
  expect(median).toBeGreaterThan(0.019);
  expect(median).toBeLessThan(0.021);
  const added = seconds.reduce((total, value) => total + value, 0);
  expect(Math.abs(sum - added)).toBeLessThan(1e-6);
});
