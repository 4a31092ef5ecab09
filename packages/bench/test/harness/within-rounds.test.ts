import { expect, test } from 'vitest';
import { shareOf, spreadOf } from '../../src/harness/within-rounds.ts';

// The machine is twice as slow in the second round, and four times in the third.
const rounds = [
  { outrider: 10, otel: 100 },
  { outrider: 30, otel: 200 },
  { outrider: 40, otel: 400 },
];

test('a figure has its median and range over the rounds', () => {
  expect(spreadOf(rounds, 'outrider')).toEqual({ median: 30, min: 10, max: 40 });
});

test('a share is taken within each round', () => {
  expect(shareOf(rounds, 'outrider', 'otel')).toEqual({ median: 0.1, min: 0.1, max: 0.15 });
});

test('nothing is a share of itself', () => {
  expect(shareOf(rounds, 'otel', 'otel')).toBeUndefined();
});
