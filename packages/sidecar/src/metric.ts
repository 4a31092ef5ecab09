import type { MetricKind } from '@outrider/core/catalogue';

/** Attributes of a point, sorted by name; values are text, as labels are. */
export type Attributes = ReadonlyArray<readonly [name: string, value: string]>;

export interface NumberPoint {
  readonly attributes: Attributes;
  readonly value: number;
}

/** Explicit buckets: `counts` has one more element than `bounds`, the last for everything above. */
export interface HistogramPoint {
  readonly attributes: Attributes;
  readonly count: number;
  readonly sum: number | undefined;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** Base-2 exponential buckets: bucket `offset + i` covers (base^(offset+i), base^(offset+i+1)], base = 2^(2^-scale). */
export interface ExponentialPoint {
  readonly attributes: Attributes;
  readonly count: number;
  readonly sum: number | undefined;
  readonly scale: number;
  readonly zeroCount: number;
  readonly offset: number;
  readonly counts: readonly number[];
}

interface Family<Kind extends MetricKind, Point> {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly kind: Kind;
  readonly points: readonly Point[];
}

export type NumberMetric = Family<'counter' | 'updowncounter' | 'gauge', NumberPoint>;
export type HistogramMetric = Family<'histogram', HistogramPoint>;
export type ExponentialMetric = Family<'exponential_histogram', ExponentialPoint>;

/** One metric with its points: what collectors and receivers produce and outlets read. Never changed once made. */
export type Metric = NumberMetric | HistogramMetric | ExponentialMetric;

/** The canonical key of a set of attributes. */
export function attributesKey(attributes: Attributes): string {
  return JSON.stringify(attributes);
}
