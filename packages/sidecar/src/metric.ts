import type { MetricKind } from '@outrider/core/catalogue';

/** Attributes of a point, sorted by name; values are text, as labels are. */
export type Attributes = ReadonlyArray<readonly [name: string, value: string]>;

/** One value that was measured, with the trace in which it was. */
export interface Exemplar {
  readonly value: number;
  /** Milliseconds since 1970; undefined if the sender did not say. */
  readonly time: number | undefined;
  /** 32 hexadecimal digits; undefined outside of a trace. */
  readonly traceId: string | undefined;
  /** 16 hexadecimal digits; undefined outside of a trace. */
  readonly spanId: string | undefined;
}

/** The time that a delta counts: what was told before it, and what is told after it, is not in it. */
export interface DeltaInterval {
  /** Nanoseconds since 1970, as near as a double is; 0 if the sender did not say. */
  readonly start: number;
  /** Nanoseconds since 1970, as near as a double is; 0 if the sender did not say. */
  readonly end: number;
}

export interface NumberPoint {
  readonly attributes: Attributes;
  readonly value: number;
  readonly exemplars?: readonly Exemplar[];
  /** Of a delta; in the store, of the last delta that is in the sum. */
  readonly interval?: DeltaInterval;
}

/** Explicit buckets: `counts` has one more element than `bounds`, the last for everything above. */
export interface HistogramPoint {
  readonly attributes: Attributes;
  readonly count: number;
  readonly sum: number | undefined;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly exemplars?: readonly Exemplar[];
  /** Of a delta; in the store, of the last delta that is in the sum. */
  readonly interval?: DeltaInterval;
  /** What was sent last, where the buckets were made of an exponential histogram. */
  readonly exponential?: ExponentialPoint;
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
  readonly exemplars?: readonly Exemplar[];
  /** Of a delta; in the store, of the last delta that is in the sum. */
  readonly interval?: DeltaInterval;
}

/** Quantiles that the sender computed: they cannot be added up, count and sum can. */
export interface SummaryPoint {
  readonly attributes: Attributes;
  readonly count: number;
  readonly sum: number;
  /** From 0 to 1, rising; a value is NaN where nothing was measured lately. None once the process is gone. */
  readonly quantiles: ReadonlyArray<readonly [quantile: number, value: number]>;
}

interface Family<Kind extends MetricKind | 'summary', Point> {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly kind: Kind;
  readonly points: readonly Point[];
}

export type NumberMetric = Family<'counter' | 'updowncounter' | 'gauge', NumberPoint>;
export type HistogramMetric = Family<'histogram', HistogramPoint>;
export type ExponentialMetric = Family<'exponential_histogram', ExponentialPoint>;

export type SummaryMetric = Family<'summary', SummaryPoint>;

/** One metric with its points: what collectors and receivers produce and outlets read. Never changed once made. */
export type Metric = NumberMetric | HistogramMetric | ExponentialMetric | SummaryMetric;

/** Whether the points of a metric are numbers. */
export function isNumberMetric(metric: Metric): metric is NumberMetric {
  return metric.kind === 'counter' || metric.kind === 'updowncounter' || metric.kind === 'gauge';
}

/** The canonical key of a set of attributes. */
export function attributesKey(attributes: Attributes): string {
  return JSON.stringify(attributes);
}
