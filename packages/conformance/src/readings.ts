import type { AttributeSet, AttributeValue, ExponentialBuckets, MetricVisitor, Observer } from '@outrider/core';
import type { MetricDefinition } from '@outrider/core/catalogue';

export interface Reading {
  readonly metric: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** The value of a number, the count of a histogram. */
  readonly value: number;
  readonly sum?: number;
  /** The counts of a histogram, bucket by bucket. */
  readonly buckets?: readonly number[];
}

/** Everything that a source tells, as a list. */
export function read(source: { collect(visitor: MetricVisitor): void }): Reading[] {
  const reader = new Reader();
  source.collect(reader);
  return reader.readings;
}

/** The readings of one metric; with attributes, only those that have them. */
export function readMetric(
  observer: Pick<Observer, 'collect'>,
  metric: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
): Reading[] {
  return read(observer).filter(
    (reading) =>
      reading.metric === metric &&
      Object.entries(attributes).every(([name, value]) => reading.attributes[name] === value),
  );
}

/** The sum over the readings of one metric. */
export function total(
  observer: Pick<Observer, 'collect'>,
  metric: string,
  attributes?: Readonly<Record<string, AttributeValue>>,
): number {
  return readMetric(observer, metric, attributes).reduce((sum, { value }) => sum + value, 0);
}

class Reader implements MetricVisitor {
  readonly readings: Reading[] = [];
  #metric = '';

  metric(definition: MetricDefinition): void {
    this.#metric = definition.name;
  }

  number(attributes: AttributeSet, value: number): void {
    this.readings.push({ metric: this.#metric, attributes: attributes.values, value });
  }

  histogram(attributes: AttributeSet, bounds: readonly number[], counts: Float64Array, at: number, sum: number): void {
    const buckets = [...counts.subarray(at, at + bounds.length + 1)];
    this.#push(attributes, buckets, sum, 0);
  }

  exponential(attributes: AttributeSet, { counts, at, length, sum, zeroCount }: ExponentialBuckets): void {
    this.#push(attributes, [...counts.subarray(at, at + length)], sum, zeroCount);
  }

  #push(attributes: AttributeSet, buckets: readonly number[], sum: number, zeroCount: number): void {
    const value = buckets.reduce((count, bucket) => count + bucket, zeroCount);
    this.readings.push({ metric: this.#metric, attributes: attributes.values, value, sum, buckets });
  }
}
