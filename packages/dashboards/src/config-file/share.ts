import { significant } from './figures.ts';
import { quantity } from './quantity.ts';
import type { Quantity } from './quantity.ts';

const MOST = 1;

/** A share such as `85%`; a bare number is from 0 to 1. */
export const share: Quantity = quantity({
  units: { '%': 0.01 },
  least: Number.MIN_VALUE,
  most: MOST,
  form: `a share above 0% and of at most ${writeShare(MOST)}, such as 85% or 0.85`,
  write: writeShare,
});

/** A share as a file says it: 0.85 is `85%`. */
export function writeShare(value: number): string {
  return `${significant(value * 100)}%`;
}
