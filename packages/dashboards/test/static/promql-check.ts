import { RANGE_S, RATE_INTERVAL_S, asked, parsedOrNothing } from './bundle.ts';
import type { Bundle, Check } from './bundle.ts';
import { knownSeries } from './known-series.ts';
import { labelsOf } from './result-labels.ts';
import type { Known } from './result-labels.ts';
import { parts, within } from './promql.ts';
import type { Aggregation, Binary, Call, Expression, Selector } from './promql.ts';

const OF_COUNTERS = new Set(['rate', 'irate', 'increase', 'resets']);
const OF_GAUGES = new Set(['deriv', 'delta', 'idelta', 'predict_linear', 'changes']);
// Counters may be looked at as they are where only their being there matters, or when they were told.
const PRESENCE = new Set(['count', 'group', 'absent', 'absent_over_time', 'present_over_time', 'timestamp']);
const AVERAGES = new Set(['avg', 'avg_over_time', 'quantile', 'quantile_over_time', 'stddev', 'stdvar']);
// Prometheus keeps that much unless told; the period of the SLO is what it has to be told.
const DAY_S = 86_400;
const RETENTION_S = 15 * DAY_S;

/** What Prometheus accepts and yet means something else than it seems to. */
export const promqlMakesSense: Check = (bundle) => {
  const known = knownSeries(bundle.groups);
  const { scrapeIntervalS, thresholds } = bundle.config;
  const limits = { scrapeIntervalS, retentionS: Math.max(RETENTION_S, thresholds.slo.periodDays * DAY_S) };
  return places(bundle).flatMap(({ where, expr }) => [
    ...bareCounters(expr, known).map((name) => `${where}: the counter ${name} without a rate`),
    ...[...within(expr)].flatMap((part) => faults(part, known, limits).map((fault) => `${where}: ${fault}`)),
  ]);
};

function places(bundle: Bundle): ReadonlyArray<{ readonly where: string; readonly expr: Expression }> {
  return [
    ...asked(bundle).flatMap(({ where, parsed }) => parsed.map((expr) => ({ where, expr }))),
    ...bundle.groups
      .flatMap(({ rules }) => rules)
      .flatMap(({ alert, record, expr }) =>
        parsedOrNothing(expr).map((parsed) => ({ where: alert ?? record ?? '', expr: parsed })),
      ),
  ];
}

interface Limits {
  readonly scrapeIntervalS: number;
  readonly retentionS: number;
}

function faults(part: Expression, known: Known, { scrapeIntervalS, retentionS }: Limits): readonly string[] {
  switch (part.kind) {
    case 'call':
      return ofCall(part, known, scrapeIntervalS);
    case 'aggregation':
      return AVERAGES.has(part.name) ? averages(part, known) : [];
    case 'binary':
      return ofDivision(part);
    case 'selector':
    case 'subquery':
      if (part.offset + (part.range ?? 0) <= retentionS) return [];
      return ['looks back further than Prometheus keeps samples'];
    default:
      return [];
  }
}

function ofCall(call: Call, known: Known, scrapeIntervalS: number): readonly string[] {
  const { name, args } = call;
  const problems: string[] = [];
  const [first] = args;
  if (OF_COUNTERS.has(name)) {
    if (first?.kind !== 'selector') problems.push(`${name} of something that is no series: resets are lost in it`);
    else {
      if (!isCounter(first, known)) problems.push(`${name} of ${first.name}, which is no counter`);
      const { range = 0 } = first;
      const variable = range === RATE_INTERVAL_S || range === RANGE_S;
      if (!variable && range < 4 * scrapeIntervalS) problems.push(`${name} over ${range} s, less than four scrapes`);
    }
  }
  if (OF_GAUGES.has(name) && first?.kind === 'selector' && isCounter(first, known))
    problems.push(`${name} of the counter ${first.name}`);
  if (AVERAGES.has(name)) problems.push(...averages(call, known));
  if (name === 'histogram_quantile') {
    const [q, buckets] = args;
    if (!(Number(q?.kind === 'number' ? q.text : Number.NaN) > 0)) problems.push('a quantile of what number?');
    if (buckets === undefined || !labelsOf(buckets, known).has('le')) problems.push('a quantile of buckets without le');
    else if (!selects(buckets, (series) => isBucket(series, known))) problems.push('a quantile of what are no buckets');
  }
  return problems;
}

/** An average of quantiles is no quantile. */
function averages({ name, args }: Call | Aggregation, known: Known): readonly string[] {
  const quantiles = args.some((arg) =>
    [...valued(arg)].some(
      (part) =>
        (part.kind === 'call' && part.name === 'histogram_quantile') ||
        (part.kind === 'selector' && isQuantile(part, known)),
    ),
  );
  return quantiles ? [`${name} of quantiles`] : [];
}

/** What makes up the value of an expression: not what only decides which series stay. */
function* valued(of: Expression): Generator<Expression> {
  yield of;
  const decides = of.kind === 'binary' && (of.operator === 'and' || of.operator === 'unless');
  for (const part of decides ? [of.left] : parts(of)) yield* valued(part);
}

/** 0 where there is nothing to divide by would be a share of nothing. */
function ofDivision({ operator, right }: Binary): readonly string[] {
  if (operator !== '/') return [];
  const filled = [...within(right)].some(
    (part) => part.kind === 'binary' && part.operator === 'or' && isZero(part.right),
  );
  return filled ? ['the denominator is filled with zeros'] : [];
}

function isZero(of: Expression): boolean {
  if (of.kind === 'number') return Number(of.text) === 0;
  if (of.kind === 'call') return of.name === 'vector' && of.args.every(isZero);
  return of.kind === 'binary' && of.operator === '*' && (isZero(of.left) || isZero(of.right));
}

/** Counters that are read as they are: their values say how long the process lives. */
function bareCounters(of: Expression, known: Known): readonly string[] {
  if (of.kind === 'selector') return isCounter(of, known) ? [of.name] : [];
  if (of.kind === 'call' && (OF_COUNTERS.has(of.name) || PRESENCE.has(of.name))) return [];
  if (of.kind === 'aggregation' && PRESENCE.has(of.name)) return [];
  return parts(of).flatMap((part) => bareCounters(part, known));
}

function isCounter({ name }: Selector, known: Known): boolean {
  const series = known.get(name);
  return series?.from === 'catalogue' && (series.definition.kind === 'counter' || series.part !== '');
}

function isBucket({ name }: Selector, known: Known): boolean {
  const series = known.get(name);
  if (series?.from === 'rules') return selects(series.expr, (inner) => isBucket(inner, known));
  return series?.from === 'catalogue' && series.part === '_bucket';
}

function isQuantile({ name }: Selector, known: Known): boolean {
  const series = known.get(name);
  return series?.from === 'catalogue' && /[._]p\d+$/.test(series.definition.name);
}

function selects(of: Expression, accept: (selector: Selector) => boolean): boolean {
  return [...within(of)].some((part) => part.kind === 'selector' && accept(part));
}
