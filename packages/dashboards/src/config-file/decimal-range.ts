import { FIGURES, FRACTION_DIGITS, significant } from './figures.ts';

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

function atLeast(decimal: string): string {
  const { whole, fraction } = parts(decimal);
  const enough = [...greater(fraction, String.raw`\d*`), String.raw`${fraction}\d*`];
  const equal = fraction === '' ? String.raw`(?:\.\d+)?` : String.raw`\.(?:${enough.join('|')})`;
  const longer = whole.length === 1 ? String.raw`\d+` : String.raw`\d{${whole.length},}`;
  const above = [`[1-9]${longer}`, ...greater(whole)];
  return [String.raw`(?:${above.join('|')})(?:\.\d+)?`, `${whole}${equal}`].join('|');
}

function atMost(decimal: string): string {
  const { whole, fraction } = parts(decimal);
  const shorter = whole.length > 1 ? [whole.length === 2 ? String.raw`\d` : String.raw`\d{1,${whole.length - 1}}`] : [];
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
  return differing(digits, rest, (digit) => (digit < 9 ? range(digit + 1, 9) : undefined));
}

function less(digits: string, rest?: string): readonly string[] {
  return differing(digits, rest, (digit) => (digit > 0 ? range(0, digit - 1) : undefined));
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

function range(least: number, most: number): string {
  return least === most ? `${least}` : `[${least}-${most}]`;
}

function anyDigits(count: number): string {
  if (count === 0) return '';
  return count === 1 ? String.raw`\d` : String.raw`\d{${count}}`;
}
