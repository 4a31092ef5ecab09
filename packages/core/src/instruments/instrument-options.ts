import { BODY_SIZE_BOUNDS, OPERATION_BOUNDS } from '../bounds.ts';
import { OutriderError, show } from '../errors.ts';
import type { GaugeReader } from './observed-gauge.ts';

/** What is said of a counter or gauge; what is left out is as the first who asked for the instrument had it. */
export interface InstrumentOptions {
  /** One sentence for people. */
  readonly description?: string | undefined;
  /** UCUM unit, 63 characters at the most: `s`, `By`, `1` for a ratio, an annotation such as `{order}`. @default '' */
  readonly unit?: string | undefined;
}

/** What is said of a gauge that is read. */
export interface ObservedGaugeOptions extends InstrumentOptions {
  /** Called whenever metrics are read; the last one given is called. */
  readonly read: GaugeReader;
}

/** What is said of a histogram. */
export interface HistogramOptions extends InstrumentOptions {
  /**
   * Upper bounds of the buckets, ascending, in the unit of the histogram, 64 at the most.
   * @default seconds from 1 ms to 10 s for `s`, powers of four from 256 B to 1 GiB for `By`, else those of OpenTelemetry
   */
  readonly buckets?: readonly number[] | undefined;
}

/** Default bounds of OpenTelemetry's SDK specification (explicit bucket histogram aggregation). */
const DEFAULT_BOUNDS: readonly number[] = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];

/** The bounds of a histogram that was given none. */
export function defaultBounds(unit: string): readonly number[] {
  if (unit === 's') return OPERATION_BOUNDS;
  return unit === 'By' ? BODY_SIZE_BOUNDS : DEFAULT_BOUNDS;
}

// As far as the sidecar keeps a unit.
const MAX_UNIT = 63;

/** Name of an option -> what it has to be, and whether it is. */
type Rules = Readonly<Record<string, readonly [expected: string, fits: (value: unknown) => boolean]>>;

const COMMON: Rules = {
  description: ['a text', (value) => typeof value === 'string'],
  unit: [`a text of ${MAX_UNIT} characters at the most`, isUnit],
};

/** What the options of an instrument have to be. */
export const OPTION_RULES: Readonly<Record<'counter' | 'gauge' | 'histogram', Rules>> = {
  counter: COMMON,
  gauge: { ...COMMON, read: ['a function', (value) => typeof value === 'function'] },
  histogram: { ...COMMON, buckets: ['1 to 64 ascending numbers', isBuckets] },
};

/**
 * Checks the options of an instrument.
 *
 * @throws {OutriderError} OUTRIDER_OPTION, OUTRIDER_UNKNOWN_OPTION
 */
export function checkInstrumentOptions(kind: keyof typeof OPTION_RULES, name: string, options: object): void {
  const rules = OPTION_RULES[kind];
  if (typeof options !== 'object' || options === null) throw wrong(`of ${kind} ${name}`, options, 'an object');
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) {
      const known = Object.keys(rules).join(', ');
      throw new OutriderError('OUTRIDER_UNKNOWN_OPTION', { option: `${key} of ${kind} ${name}`, hint: '', known });
    }
    const [expected, fits] = rule;
    if (!fits(value)) throw wrong(`${key} of ${kind} ${name}`, value, expected);
  }
}

function wrong(option: string, value: unknown, expected: string): OutriderError {
  return new OutriderError('OUTRIDER_OPTION', { option, value: show(value), expected });
}

function isUnit(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_UNIT;
}

function isBuckets(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 64 &&
    value.every((bound, at) => Number.isFinite(bound) && (at === 0 || bound > value[at - 1]))
  );
}
