import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExponentialHistograms, SCALE } from '../../src/recorder/exponential-histograms.ts';

const BASE = 2 ** (2 ** -SCALE);

describe('ExponentialHistograms', () => {
  test('a value lies in the bucket that counts it', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-5, max: 3600, noNaN: true }), (value) => {
        const subject = new ExponentialHistograms(1);
        subject.record(0, value);
        const { offset, length, counts, at } = subject.read(0)!;
        expect(length).toBe(1);
        expect(counts[at]).toBe(1);
        // The logarithm rounds: a value on a bound may fall on either side of it.
        expect(value).toBeGreaterThan(BASE ** offset * (1 - 1e-9));
        expect(value).toBeLessThanOrEqual(BASE ** (offset + 1) * (1 + 1e-9));
      }),
    );
  });

  test('the middle of a bucket is within 5 % of every value in it', () => {
    expect((BASE - 1) / (BASE + 1)).toBeLessThan(0.05);
  });

  test('what is too small or too large is counted at the ends, zero on its own', () => {
    const subject = new ExponentialHistograms(1);
    for (const value of [0, 1e-9, 1e9]) subject.record(0, value);
    const { zeroCount, counts, at, length } = subject.read(0)!;
    expect(zeroCount).toBe(1);
    expect(counts.subarray(at, at + length).reduce((sum, held) => sum + held, 0)).toBe(2);
    expect(length).toBe(256);
  });

  test('growing keeps what was recorded, and what has nothing has no reading', () => {
    const subject = new ExponentialHistograms(1);
    subject.record(0, 0.5);
    subject.grow(3);
    subject.record(2, 2);
    expect(subject.read(0)).toMatchObject({ sum: 0.5, length: 1 });
    expect(subject.read(1)).toBeUndefined();
    expect(subject.read(2)).toMatchObject({ sum: 2, length: 1 });
  });
});
