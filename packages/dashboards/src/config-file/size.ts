import { quantity } from './quantity.ts';
import type { Quantity, Units } from './quantity.ts';

const UNITS: Units = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

const LEAST = 1;
const MOST = 2 ** 40;

/** A size such as `10MiB`, in bytes; a bare number is bytes. */
export const size: Quantity = quantity({
  units: UNITS,
  least: LEAST,
  most: MOST,
  form: `a size from ${writeSize(LEAST)} to ${writeSize(MOST)}, such as 10MiB`,
  write: writeSize,
});

function writeSize(bytes: number): string {
  const unit = ['GiB', 'MiB', 'KiB'].find((name) => bytes % (UNITS[name] ?? 1) === 0) ?? 'B';
  return `${bytes / (UNITS[unit] ?? 1)}${unit}`;
}
