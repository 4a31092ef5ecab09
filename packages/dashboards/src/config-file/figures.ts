// A double has 15 decimal digits for certain.
const MOST_DIGITS = 15;

/** Most digits behind the point of a number with a unit. */
export const FRACTION_DIGITS = 9;

/** The digits of a number with a unit: as many as are exact in a double. */
export const FIGURES: string = String.raw`(?!(?:\d\.?){${MOST_DIGITS + 1}})\d+(?:\.\d{1,${FRACTION_DIGITS}})?`;

/** What {@link FIGURES} are, in words that follow on `must have`. */
export const FIGURES_FORM: string = `at most ${MOST_DIGITS} digits, at most ${FRACTION_DIGITS} of them behind the point`;

/** The number without what binary arithmetic added behind the last exact digit: 99.9 * 0.01 is not 0.999. */
export function significant(value: number): number {
  return Number(value.toPrecision(MOST_DIGITS));
}
