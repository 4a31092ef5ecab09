import { expect, test } from 'vitest';
import { seededRandom, shuffle } from '../../src/harness/shuffle.ts';

test('a seed gives the same order again, and another seed another', () => {
  const letters = 'abcdefgh'.split('');
  const order = (seed: number): string => shuffle(letters, seededRandom(seed)).join('');
  expect(order(1)).toBe(order(1));
  expect(order(1)).not.toBe(order(2));
  expect(order(1).split('').toSorted()).toEqual(letters);
});

test('every order is as likely', () => {
  const random = seededRandom(7);
  const times = new Map<string, number>();
  for (let at = 0; at < 6000; at++) {
    const order = shuffle('abc'.split(''), random).join('');
    times.set(order, (times.get(order) ?? 0) + 1);
  }
  expect(times.size).toBe(6);
  // 1000 are expected; six standard deviations are 173.
  for (const count of times.values()) expect(Math.abs(count - 1000)).toBeLessThan(173);
});
