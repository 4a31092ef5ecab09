import { decimalRange } from './decimal-range.ts';
import { FIGURES, FIGURES_FORM, significant } from './figures.ts';
import type { Kind } from './kind.ts';

/** Factors by what stands behind the figures. */
export type Units = Readonly<Record<string, number>>;

/** A kind of number that is read alike whatever applies by default. */
export interface Quantity extends Kind<number> {
  read(this: void, given: unknown): number;
}

const WRITTEN = /^(\d+(?:\.\d+)?) ?([a-zA-Z%]+)$/;
const EXACT = new RegExp(`^${FIGURES}$`);

/** A number with a unit such as `60ms`, or bare in the unit of the factor 1; above 0 if `least` is `Number.MIN_VALUE`. */
export function quantity(options: {
  readonly units: Units;
  readonly least: number;
  readonly most: number;
  readonly form: string;
  readonly write: (value: number) => string;
}): Quantity {
  const { units, least, most, form, write } = options;
  const perUnit = Object.entries(units).map(
    ([unit, factor]) => `${decimalRange(least / factor, most / factor)} ?${unit}`,
  );
  return {
    form,
    read: (given) => {
      const { value, isExact } = found(given, units);
      if (!(value >= least && value <= most)) throw new Error(`must be ${form}`);
      if (!isExact) throw new Error(`must have ${FIGURES_FORM}`);
      return value;
    },
    write: (value) => {
      // A number may have more digits than a text can.
      const text = write(value);
      const back = found(text, units);
      return back.isExact && back.value === value ? text : value;
    },
    schema: {
      type: ['number', 'string'],
      ...(least === Number.MIN_VALUE ? { exclusiveMinimum: 0 } : { minimum: least }),
      maximum: most,
      pattern: `^(?:${perUnit.join('|')})$`,
      patternErrorMessage: `must be ${form}`,
    },
  };
}

function found(given: unknown, units: Units): { readonly value: number; readonly isExact: boolean } {
  if (typeof given === 'number') return { value: given, isExact: true };
  const [, figures = '', unit = ''] = (typeof given === 'string' && WRITTEN.exec(given)) || [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return { value: significant(Number(figures) * (factor ?? Number.NaN)), isExact: EXACT.test(figures) };
}
