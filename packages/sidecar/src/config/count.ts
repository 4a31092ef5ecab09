/**
 * Reads a whole number of at least 1.
 *
 * @throws {Error} that says what is wrong
 */
export function parseCount(given: unknown): number {
  const number = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) {
    throw new Error('must be a whole number of at least 1');
  }
  return number;
}
