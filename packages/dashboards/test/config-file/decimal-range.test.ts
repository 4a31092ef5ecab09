import { expect, it } from 'vitest';
import { decimalRange } from '../../src/config-file/decimal-range.ts';
import { FIGURES } from '../../src/config-file/figures.ts';

const LIMITS = [0, 0.000_000_001, 0.09, 0.5, 0.999_999_999, 1, 9, 9.9, 10, 99, 100.05, 1099.511_627_776];
const written = [
  ...LIMITS.flatMap((limit) => [limit - 1e-9, limit, limit + 1e-9].map((near) => near.toFixed(9))),
  ...Array.from({ length: 2000 }, (_, index) => `${index}`),
  ...Array.from({ length: 2000 }, (_, index) => (index / 100).toFixed(2)),
].filter((text) => !text.startsWith('-'));

it.each(LIMITS.flatMap((least) => LIMITS.filter((most) => most >= least).map((most) => [least, most] as const)))(
  'is what is written from %d to %d, with zeros before and behind',
  (least, most) => {
    const range = new RegExp(`^${decimalRange(least, most)}$`);
    const wrong = written
      .flatMap((text) => [text, `00${text}`, text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')])
      .filter((text) => range.test(text) !== (Number(text) >= least && Number(text) <= most));
    expect(wrong).toEqual([]);
  },
);

it.each(['', '1.', '.1', '1.0000000001', '1234567890.123456', '0000000000000001', '+1', '1e1'])(
  'refuses %j',
  (text) => {
    expect(new RegExp(`^${FIGURES}$`).test(text)).toBe(false);
    expect(new RegExp(`^${decimalRange(0, 1e15)}$`).test(text)).toBe(false);
  },
);
