import { describe, expect, it } from 'vitest';
import { isRetryable, parseRetryAfter, retryDelay, retryTimes } from '../../src/forward/retry.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');

describe('the wait before the next attempt', () => {
  it('doubles from one second to thirty', () => {
    const delays = Array.from({ length: 8 }, (_, index) => retryDelay(index + 1, undefined, retryTimes, () => 1));
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(retryDelay(5_000, undefined, retryTimes, () => 1)).toBe(30_000);
  });

  it('is random by half', () => {
    expect(retryDelay(1, undefined, retryTimes, () => 0)).toBe(500);
    expect(retryDelay(9, undefined, retryTimes, () => 0.5)).toBe(22_500);
  });

  it('is what the backend asks for, five minutes at the most', () => {
    expect(retryDelay(1, 7_000)).toBe(7_000);
    expect(retryDelay(1, 10 ** 12)).toBe(300_000);
  });
});

it('is never shorter because a backend asks for less', () => {
  expect(retryDelay(3, 0, retryTimes, () => 1)).toBe(4_000);
  expect(retryDelay(3, 1_000, retryTimes, () => 0)).toBe(2_000);
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    [' 5 ', 5_000],
    ['Sat, 21 Nov 2026 10:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
    ['Saturday, 21-Nov-26 10:01:00 GMT', 60_000],
  ])('%j is %i ms', (header, ms) => {
    expect(parseRetryAfter(header, NOW)).toBe(ms);
  });

  it.each([undefined, '', '-5', '1.5', 'soon', '1e3', 'Infinity', '9'.repeat(400)])('%j says nothing', (header) => {
    expect(parseRetryAfter(header, NOW)).toBeUndefined();
  });
});

it('is for the four status codes of OTLP', () => {
  const codes = Array.from({ length: 500 }, (_, index) => index + 100);
  expect(codes.filter(isRetryable)).toEqual([429, 502, 503, 504]);
});
