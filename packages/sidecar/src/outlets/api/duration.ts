import type { ExponentialPoint, HistogramPoint } from '../../metric.ts';
import { explicitQuantiles, mergeExplicit } from '../explicit-quantile.ts';
import { exponentialQuantiles, mergeExponential } from '../exponential-quantile.ts';
import { scaled, section } from './figures.ts';
import type { Figure, Section } from './figures.ts';

/** Durations that one process told, in seconds, in buckets of one kind or of both. */
export interface Durations {
  readonly exponential: readonly ExponentialPoint[];
  readonly explicit: readonly HistogramPoint[];
}

type Percentiles = Record<'p50' | 'p90' | 'p95' | 'p99', Figure<number>>;

/**
 * Percentiles in milliseconds. Those of exponential buckets are wrong by 4.4 % at most at the recorder's scale;
 * `interpolated` ones are of explicit buckets, and may be wrong by the width of a bucket.
 */
export type DurationMs = Section<Percentiles> & { readonly interpolated: boolean };

const QUANTILES = [0.5, 0.9, 0.95, 0.99];

/**
 * The percentiles of all processes together: of their buckets added up, never of their percentiles. Exponential buckets
 * are taken if all have them, else explicit ones.
 *
 * @param otherwise why there is nothing if nobody tells durations
 */
export function durationMs(processes: readonly Durations[], otherwise: string): Figure<DurationMs> {
  const telling = processes.filter(({ exponential, explicit }) => exponential.length + explicit.length > 0);
  if (telling.length === 0) return [undefined, otherwise];
  const none = 'no request has ended yet';
  if (telling.every(({ exponential }) => exponential.length > 0)) {
    const merged = mergeExponential(telling.flatMap(({ exponential }) => exponential));
    const quantiles = merged && exponentialQuantiles(merged, QUANTILES);
    return [quantiles && percentiles(quantiles, false, ''), none];
  }
  if (telling.every(({ explicit }) => explicit.length > 0)) {
    const merged = mergeExplicit(telling.flatMap(({ explicit }) => explicit));
    if (merged === undefined || merged.count === 0) return [undefined, none];
    const last = scaled(merged.bounds.at(-1), 1000, 3);
    const beyond =
      last === undefined ? 'the histograms have no bounds in common' : `it is above ${last} ms, the last bound`;
    return [percentiles(explicitQuantiles(merged, QUANTILES), true, beyond), none];
  }
  return [
    undefined,
    'some processes tell exponential buckets and others explicit ones: together they have no percentiles',
  ];
}

function percentiles(seconds: ReadonlyArray<number | undefined>, interpolated: boolean, reason: string): DurationMs {
  const figure = (at: number): Figure<number> => [scaled(seconds[at], 1000, 3), reason];
  return { ...section({ p50: figure(0), p90: figure(1), p95: figure(2), p99: figure(3) }), interpolated };
}
