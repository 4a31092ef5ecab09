const FRACTION_DIGITS = 9;

/** What a file may write as a number with a unit: more digits than 15 would not be exact in a double. */
export const FIGURES: string = String.raw`(?!(?:\d\.?){16})\d+(?:\.\d{1,${FRACTION_DIGITS}})?`;

/**
 * A regular expression of the decimals from `least` to `most` among {@link FIGURES}. JSON schema can compare numbers only,
 * and a number with a unit is text.
 */
export function decimalRange(least: number, most: number): string {
  // No text has more digits, so the next one above `least` is the least.
  const lower = (Math.ceil(significant(least * 10 ** FRACTION_DIGITS)) / 10 ** FRACTION_DIGITS).toFixed(
    FRACTION_DIGITS,
  );
  const upper = significant(most).toFixed(FRACTION_DIGITS);
  const limits = [...(Number(lower) === 0 ? [] : [atLeast(lower)]), atMost(upper)];
  return `${limits.map((limit) => String.raw`(?=0*(?:${limit})(?![\d.]))`).join('')}${FIGURES}`;
}

/** The number without what binary arithmetic added behind the 15th digit: 99.9 * 0.01 is not 0.999. */
export function significant(value: number): number {
  return Number(value.toPrecision(15));
}

function atLeast(decimal: string): string {
  const { whole, fraction } = parts(decimal);
  const enough = [...greater(fraction, String.raw`\d*`), String.raw`${fraction}\d*`];
  const equal = fraction === '' ? String.raw`(?:\.\d+)?` : String.raw`\.(?:${enough.join('|')})`;
  const above = [String.raw`[1-9]\d{${whole.length},}`, ...greater(whole)];
  return [String.raw`(?:${above.join('|')})(?:\.\d+)?`, `${whole}${equal}`].join('|');
}

function atMost(decimal: string): string {
  const { whole, fraction } = parts(decimal);
  const shorter = whole.length > 1 ? [String.raw`\d{1,${whole.length - 1}}`] : [];
  const below = [...shorter, ...less(whole)];
  const little = [
    ...less(fraction, String.raw`\d*`),
    ...Array.from(fraction, (_, index) => fraction.slice(0, index)).filter((start) => start !== ''),
    `${fraction}0*`,
  ];
  const equal = fraction === '' ? String.raw`(?:\.0+)?` : String.raw`(?:\.(?:${little.join('|')}))?`;
  return [...(below.length === 0 ? [] : [String.raw`(?:${below.join('|')})(?:\.\d+)?`]), `${whole}${equal}`].join('|');
}

function parts(decimal: string): { readonly whole: string; readonly fraction: string } {
  const [whole = '', fraction = ''] = decimal.split('.');
  return { whole, fraction: fraction.replace(/0+$/, '') };
}

/** An alternative for each digit that can be greater, with `rest` behind it: by default as many digits as there are. */
function greater(digits: string, rest?: string): readonly string[] {
  return differing(digits, rest, (digit) => (digit < 9 ? `[${digit + 1}-9]` : undefined));
}

function less(digits: string, rest?: string): readonly string[] {
  return differing(digits, rest, (digit) => (digit > 0 ? `[0-${digit - 1}]` : undefined));
}

function differing(
  digits: string,
  rest: string | undefined,
  other: (digit: number) => string | undefined,
): readonly string[] {
  return Array.from(digits, (digit, index) => {
    const instead = other(Number(digit));
    if (instead === undefined) return [];
    return [digits.slice(0, index) + instead + (rest ?? anyDigits(digits.length - index - 1))];
  }).flat();
}

function anyDigits(count: number): string {
  return count === 0 ? '' : String.raw`\d{${count}}`;
}
