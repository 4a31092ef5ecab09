import { expect, test } from 'vitest';
import { SeriesTable } from '../../src/instruments/series-table.ts';
import { SeriesBudget } from '../../src/recorder/series-budget.ts';

test('the same attributes are the same series, in whatever order, the undefined ones left out', () => {
  const table = new SeriesTable(new SeriesBudget(100), 10);
  const series = table.find({ a: 1, b: 'x' });
  expect(table.find({ b: 'x', a: 1 })).toBe(series);
  expect(table.find({ b: 'x', c: undefined, a: 1 })).toBe(series);
  const plain = table.find({});
  expect(table.find({ a: undefined })).toBe(plain);
  expect(table.find({ a: undefined, b: undefined })).toBe(plain);
  const one = table.find({ a: 1 });
  expect(table.find({ a: 1, b: undefined })).toBe(one);
  expect(new Set([series, plain, one]).size).toBe(3);
  expect(table.attributes.map(({ values }) => values)).toEqual([{ a: 1, b: 'x' }, {}, { a: 1 }]);
});

test('what is beyond its limit, or the budget, is one series', () => {
  const budget = new SeriesBudget(20);
  const limited = new SeriesTable(budget, 2);
  const ids = [1, 2, 3, 4].map((a) => limited.find({ a }));
  expect(ids).toEqual([0, 1, 2, 2]);
  expect(limited.overflow()).toBe(2);
  expect(limited.find({ a: 1 })).toBe(0);
  const starved = new SeriesTable(budget, 100);
  // A quarter of twenty is for computed series, and two of those are taken.
  expect([1, 2, 3, 4, 5].map((a) => starved.find({ a }))).toEqual([0, 1, 2, 3, 3]);
  expect(starved.attributes[3]?.values).toEqual({ 'otel.metric.overflow': true });
  expect(budget.inUse).toBe(5);
});
