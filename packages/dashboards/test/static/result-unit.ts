import type { FromCatalogue } from './known-series.ts';
import type { Binary, Call, Expression, Selector } from './promql.ts';
import type { Known } from './result-labels.ts';

/** What a result is measured in: powers of seconds and bytes, and whether it counts something or is a point in time. */
export interface Measured {
  readonly seconds: number;
  readonly bytes: number;
  /** 1 for a number of things, 0 for a share or a factor. */
  readonly things: number;
  /** Seconds since 1970 instead of a duration. */
  readonly date: boolean;
  /** Seconds a second: CPUs, or how much of the time. */
  readonly rate: boolean;
  /** By what number it was multiplied. */
  readonly factor: number;
}

const FACTOR: Measured = { seconds: 0, bytes: 0, things: 0, date: false, rate: false, factor: 1 };
const THINGS: Measured = { ...FACTOR, things: 1 };
const DATE: Measured = { ...FACTOR, seconds: 1, date: true };

/** What an expression is measured in; undefined where it is nothing, such as a 1 that stands for a state. */
export function measuredIn(of: Expression, known: Known): Measured | undefined {
  switch (of.kind) {
    case 'number':
      return { ...FACTOR, factor: Number(of.text) };
    case 'selector':
      return ofSeries(of, known);
    case 'subquery':
      return measuredIn(of.of, known);
    case 'call':
      return ofCall(of, known);
    case 'aggregation': {
      if (of.name === 'count' || of.name === 'count_values') return THINGS;
      if (of.name === 'group') return undefined;
      const [last] = of.args.slice(-1);
      return last && measuredIn(last, known);
    }
    case 'binary':
      return ofBinary(of, known);
    default:
      return undefined;
  }
}

function ofSeries({ name }: Selector, known: Known): Measured | undefined {
  const series = known.get(name);
  if (series === undefined || series.from === 'prometheus') return undefined;
  return series.from === 'rules' ? measuredIn(series.expr, known) : ofMetric(series);
}

function ofMetric({ definition, part }: FromCatalogue): Measured | undefined {
  if (part === '_bucket' || part === '_count') return THINGS;
  return ofUnit(definition.unit, definition.name);
}

function ofUnit(unit: string, name: string): Measured | undefined {
  if (unit === 's') return name.endsWith('.timestamp') ? DATE : { ...FACTOR, seconds: 1 };
  // Some servers count in smaller units.
  if (unit === 'ms') return { ...FACTOR, seconds: 1, factor: 1e3 };
  if (unit === 'us') return { ...FACTOR, seconds: 1, factor: 1e6 };
  if (unit === 'By') return { ...FACTOR, bytes: 1 };
  if (unit === '1') return FACTOR;
  if (unit.startsWith('{')) return THINGS;
  return undefined;
}

function ofCall({ name, args }: Call, known: Known): Measured | undefined {
  const [first, second] = args;
  if (name === 'time' || name === 'timestamp') return DATE;
  if (name === 'histogram_quantile') return second && ofBuckets(second, known);
  if (name === 'vector' || name === 'scalar') return first && measuredIn(first, known);
  if (['changes', 'resets', 'count_over_time'].includes(name)) return THINGS;
  if (['absent', 'absent_over_time', 'present_over_time'].includes(name)) return undefined;
  if (name === 'quantile_over_time') return second && measuredIn(second, known);
  const inner = first && measuredIn(first, known);
  const perSecond = ['rate', 'irate', 'deriv'].includes(name);
  return inner && perSecond ? { ...inner, seconds: inner.seconds - 1, date: false, rate: inner.seconds === 1 } : inner;
}

/** A quantile has the unit of what was observed, not that of the counts in the buckets. */
export function ofBuckets(of: Expression, known: Known): Measured | undefined {
  switch (of.kind) {
    case 'selector': {
      const series = known.get(of.name);
      if (series?.from === 'rules') return ofBuckets(series.expr, known);
      return series?.from === 'catalogue' ? ofUnit(series.definition.unit, '') : undefined;
    }
    case 'subquery':
      return ofBuckets(of.of, known);
    case 'call':
      return of.args[0] && ofBuckets(of.args[0], known);
    case 'aggregation': {
      const [last] = of.args.slice(-1);
      return last && ofBuckets(last, known);
    }
    case 'binary':
      return ofBuckets(of.left, known);
    default:
      return undefined;
  }
}

function ofBinary({ operator, bool, left, right }: Binary, known: Known): Measured | undefined {
  const [a, b] = [measuredIn(left, known), measuredIn(right, known)];
  if (bool) return undefined;
  switch (operator) {
    case '*':
      return a && b && { ...added(a, b, 1), factor: a.factor * b.factor };
    case '/':
      return a && b && { ...added(a, b, -1), factor: a.factor / b.factor };
    case '-':
    case '+':
      // A number has the unit of what it is added to.
      if (left.kind === 'number') return b;
      if (right.kind === 'number') return a;
      // The time between two dates.
      return a?.date === true && b?.date === true ? { ...a, date: false } : (a ?? b);
    case 'or':
      return a ?? b;
    default:
      return a;
  }
}

function added(a: Measured, b: Measured, sign: 1 | -1): Omit<Measured, 'factor'> {
  return {
    seconds: a.seconds + sign * b.seconds,
    bytes: a.bytes + sign * b.bytes,
    things: a.things + sign * b.things,
    date: a.date || b.date,
    // A time for each thing, times the things a second.
    rate: sign === 1 && ((a.seconds !== 0 && a.seconds === -b.seconds) || a.rate || b.rate),
  };
}

/** The units of Grafana that fit; undefined if any might. */
export function fitting(measured: Measured | undefined): readonly string[] | undefined {
  if (measured === undefined) return undefined;
  const { seconds, bytes, things, date, factor } = measured;
  if (date) return factor === 1_000 ? ['dateTimeFromNow', 'dateTimeAsIso'] : [];
  // A rate times the seconds of its window and the like: what comes out cannot be told from the number.
  if (![1, 100, 1e3, 1e6].includes(factor)) return undefined;
  switch (`${seconds} ${bytes}`) {
    case '1 0':
      return factor === 1e6 ? ['µs'] : [factor === 1e3 ? 'ms' : 's'];
    case '0 1':
      return ['bytes'];
    case '-1 1':
      return ['Bps'];
    case '-1 0':
      return ['reqps', 'ops', 'cps', 'short'];
    case '0 0':
      // Of 100, or in multiples of a hundredth.
      if (factor !== 1) return factor === 100 ? ['percent', 'percentunit', 'none'] : undefined;
      // Things divided by things are a share, or a number such as that of connections for each worker.
      if (measured.rate) return ['percentunit', 'none', 'short', 's'];
      return things === 1 ? ['short', 'none'] : ['percentunit', 'none'];
    default:
      return undefined;
  }
}
