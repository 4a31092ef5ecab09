/** A figure, or undefined and why it is not known. */
export type Figure<Value> = readonly [value: Value | undefined, reason: string];

/** The values of some figures: null where one is not known. */
export type Values<Figures> = {
  readonly [Key in keyof Figures]: Figures[Key] extends Figure<infer V> ? V | null : never;
};

/** A section of the answer: values, and beside every null its reason. */
export type Section<Figures> = Values<Figures> & { readonly reasons: Readonly<Record<string, string>> };

/** The values of figures without their reasons. */
export function values<Figures extends Readonly<Record<string, Figure<unknown>>>>(figures: Figures): Values<Figures> {
  return Object.fromEntries(
    Object.entries(figures).map(([key, [value]]) => [key, isTooLarge(value) ? null : (value ?? null)]),
  ) as unknown as Values<Figures>;
}

/** A section of figures. */
export function section<Figures extends Readonly<Record<string, Figure<unknown>>>>(figures: Figures): Section<Figures> {
  const reasons = Object.fromEntries(
    Object.entries(figures).flatMap(([key, [value, reason]]) => {
      if (isTooLarge(value)) return [[key, 'it is larger than a number can be']];
      return value === undefined ? [[key, reason]] : [];
    }),
  );
  return { ...values(figures), reasons };
}

// A sum of numbers that are none too large, such as a sender may make up; JSON has no infinity.
function isTooLarge(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).includes(Infinity);
  return typeof value === 'number' && !Number.isFinite(value);
}

/** The sum of what is known; undefined if nothing is. */
export function sum(numbers: ReadonlyArray<number | undefined>): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, number) => total + number, 0);
}

/** The greatest of what is known; undefined if nothing is. */
export function greatest(numbers: ReadonlyArray<number | undefined>): number | undefined {
  return numbers.reduce(
    (most, number) => (most === undefined || (number ?? -Infinity) > most ? number : most),
    undefined,
  );
}

/** A number in another unit, rounded to some digits after the point. */
export function scaled(number: number | undefined, factor: number, digits: number): number | undefined {
  return number === undefined ? undefined : Math.round(number * factor * 10 ** digits) / 10 ** digits;
}

/** Bytes as megabytes of 1,048,576 bytes, to two digits. */
export function megabytes(bytes: number | undefined): number | undefined {
  return scaled(bytes, 1 / 1_048_576, 2);
}

/** A share from 0 to 1 as percent, to two digits. */
export function percent(share: number | undefined): number | undefined {
  return scaled(share, 100, 2);
}
