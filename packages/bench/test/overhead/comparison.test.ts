import { expect, test } from 'vitest';
import { compare } from '../../src/overhead/comparison.ts';
import { round } from './rounds.ts';

// The machine gets slower from round to round; what a variant adds is in proportion.
const rounds = [
  round({ bare: 20, outrider: 22, otel: 30 }),
  round({ bare: 40, outrider: 46, otel: 60 }),
  round({ bare: 80, outrider: 88, otel: 100 }),
];

test('ratio and difference are taken within a round, and only then over the rounds', () => {
  const [, outrider] = compare(rounds, ['bare', 'outrider', 'otel']);
  expect(outrider).toEqual({
    variant: 'outrider',
    cpuMicros: { median: 46, min: 22, max: 88 },
    // 22/20, 46/40, 88/80: the ratio of the medians would be the same as the largest of them
    ratioToBare: { median: 1.1, min: 1.1, max: 1.15 },
    addedMicros: { median: 6, min: 2, max: 8 },
    // 2/10, 6/20, 8/20
    addedToOtel: { median: 0.3, min: 0.2, max: 0.4 },
    requestsPerSecond: 1e6 / 46,
    residentBytes: 80e6 + 46,
  });
});

test('a variant is not compared with itself', () => {
  const [bare, otel] = compare(rounds, ['bare', 'otel']);
  expect(bare).toMatchObject({ ratioToBare: undefined, addedMicros: undefined, addedToOtel: undefined });
  expect(otel).toMatchObject({ addedMicros: { median: 20 }, addedToOtel: undefined });
});

test('without the bare application there is nothing to compare with', () => {
  const [outrider] = compare([round({ outrider: 22, otel: 30 })], ['outrider', 'otel']);
  expect(outrider).toMatchObject({ ratioToBare: undefined, addedMicros: undefined, addedToOtel: undefined });
});

test('where OpenTelemetry adds nothing that can be measured there is no share of it', () => {
  const noisy = [round({ bare: 20, outrider: 22, otel: 19 }), ...rounds];
  const [, outrider] = compare(noisy, ['bare', 'outrider', 'otel']);
  expect(outrider?.addedToOtel).toEqual({ median: 0.3, min: 0.2, max: 0.4 });
});
