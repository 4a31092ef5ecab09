import { expect, test } from 'vitest';
import { SqlSummaries } from '../../src/queries/sql-summaries.ts';

// What is remembered is the same object; what is made anew is an equal one.
const TEXTS = Array.from({ length: 200 }, (_, at) => `SELECT * FROM t${at} WHERE id = $1`);

test('texts that come again are remembered, however many come only once', () => {
  const summaries = new SqlSummaries('standard');
  for (const text of TEXTS) summaries.of(text);
  const remembered = TEXTS.map((text) => summaries.of(text));
  for (let id = 0; id < 20_000; id++) summaries.of(`SELECT * FROM users WHERE id = ${id}`);
  expect(TEXTS.map((text, at) => summaries.of(text) === remembered[at])).not.toContain(false);
});

test('of the texts that come again the oldest goes once there are a thousand', () => {
  const summaries = new SqlSummaries('standard');
  const texts = Array.from({ length: 1001 }, (_, at) => `SELECT * FROM t${at}`);
  const remembered = texts.map((text) => (summaries.of(text), summaries.of(text)));
  expect(summaries.of(texts[0]!)).not.toBe(remembered[0]);
  expect(summaries.of(texts[1]!)).toBe(remembered[1]);
  expect(summaries.of(texts[1000]!)).toBe(remembered[1000]);
});

test('a text of more than 4 KB is summarised each time', () => {
  const summaries = new SqlSummaries('mysql');
  const text = `SELECT * FROM t WHERE id IN (${'1, '.repeat(2000)}1)`;
  summaries.of(text);
  summaries.of(text);
  expect(summaries.of(text)).not.toBe(summaries.of(text));
  expect(summaries.of(text).summary).toBe('SELECT t');
});
