import { OutriderError, show } from '@outrider/core/errors';

const MAX_NAME_LENGTH = 128;

/**
 * Checks a name that becomes a label.
 *
 * @throws {OutriderError} OUTRIDER_OPTION
 */
export function checkName(option: string, value: unknown): void {
  if (typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME_LENGTH) return;
  throw new OutriderError('OUTRIDER_OPTION', {
    option,
    value: show(value),
    expected: `a text of 1 to ${MAX_NAME_LENGTH} characters`,
  });
}

/**
 * Checks a count of at least one; Infinity is one.
 *
 * @throws {OutriderError} OUTRIDER_OPTION
 */
export function checkCount(option: string, value: unknown): void {
  if ((Number.isInteger(value) || value === Infinity) && (value as number) >= 1) return;
  throw new OutriderError('OUTRIDER_OPTION', { option, value: show(value), expected: 'an integer from 1 up' });
}

/**
 * Checks a time span in milliseconds.
 *
 * @throws {OutriderError} OUTRIDER_OPTION
 */
export function checkMilliseconds(option: string, value: unknown): void {
  if (Number.isFinite(value) && (value as number) > 0) return;
  throw new OutriderError('OUTRIDER_OPTION', { option, value: show(value), expected: 'milliseconds above 0' });
}
