import { expect, test } from 'vitest';
import { median, spread } from '../../src/harness/statistics.ts';

test('the median of an odd number of values is the middle one, whatever their order', () => {
  expect(median([100, 2, 30])).toBe(30);
});

test('the median of an even number of values is the mean of the two in the middle', () => {
  expect(median([4, 1, 9, 2])).toBe(3);
});

test('there is no median of nothing', () => {
  expect(() => median([])).toThrow(RangeError);
});

test('a spread says where the values begin and end, and leaves them as they were', () => {
  const values = [7, 5, 6];
  expect(spread(values)).toEqual({ median: 6, min: 5, max: 7 });
  expect(values).toEqual([7, 5, 6]);
});
