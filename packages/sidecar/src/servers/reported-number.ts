const DECIMAL = /^\d{1,20}(?:\.\d{1,20})?$/;

/**
 * The number that a server reports as text; undefined if that is anything but decimal digits, at most 20 before and after
 * the point: nothing that we read of a server can be negative. Beyond 2^53 it is the nearest number that there is.
 *
 * @example reportedNumber('12.5') // 12.5
 */
export function reportedNumber(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text) : undefined;
}
