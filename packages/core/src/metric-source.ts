import type { AttributeSet } from './attributes.ts';
import type { MetricDefinition } from './catalogue.ts';
import type { Exemplar } from './recorder/exemplars.ts';

/**
 * What a reading is told, in order: `metric` opens a metric, the other calls add its points. The encoder of the push
 * and the OpenTelemetry producer are visitors.
 */
export interface MetricVisitor {
  metric(definition: MetricDefinition): void;
  number(attributes: AttributeSet, value: number): void;
  /** Explicit buckets: `bounds.length + 1` counts, starting at `counts[at]`; with a request that stands for them, if any. */
  histogram(
    attributes: AttributeSet,
    bounds: readonly number[],
    counts: Float64Array,
    at: number,
    sum: number,
    exemplar?: Exemplar,
  ): void;
  /** Base-2 exponential buckets of positive values: `length` counts from `counts[at]`, the first with index `offset`. */
  exponential(attributes: AttributeSet, points: ExponentialBuckets): void;
}

/** One exponential histogram: bucket i covers (base^(offset+i), base^(offset+i+1)] with base = 2^(2^-scale). */
export interface ExponentialBuckets {
  readonly scale: number;
  readonly zeroCount: number;
  readonly sum: number;
  readonly offset: number;
  readonly counts: Float64Array;
  readonly at: number;
  readonly length: number;
}

/** A source of so many points that telling them takes a while: it can be asked for all of one moment, and told in steps. */
export interface SteppedSource extends MetricSource {
  /** Holds what there is now; the answer tells it to a visitor, some of it at each step. */
  freeze(): (visitor: MetricVisitor) => Generator<void, void, void>;
}

/** Something that has metrics to tell. Reading is synchronous and changes nothing, so any number of readers agree. */
export interface MetricSource {
  collect(visitor: MetricVisitor): void;
}
