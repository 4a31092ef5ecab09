import { expect, test } from 'vitest';
import { assertTotals } from '../../src/totals/totals.ts';

const expected = { series: 2, count: 5, sum: 1.5 };

test('sums may differ by the order that they were added in', () => {
  expect(() => assertTotals('it', { ...expected, sum: 1.5 + 1e-9 }, expected)).not.toThrow();
});

test.each([
  [{ series: 1 }, 'it has 1 series, and not 2.'],
  [{ count: 4 }, 'it has recorded 4 values of 5.'],
  [{ sum: 1.4 }, 'it has added up 1.4, and not 1.5.'],
])('%j is found', (wrong, message) => {
  expect(() => assertTotals('it', { ...expected, ...wrong }, expected)).toThrow(message);
});
