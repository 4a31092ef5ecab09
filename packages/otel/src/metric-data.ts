import { ValueType } from '@opentelemetry/api';
import type { HrTime } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import type { DataPoint, ExponentialHistogram, Histogram, MetricData } from '@opentelemetry/sdk-metrics';
import type { AttributeSet, ExponentialBuckets, MetricVisitor } from '@outrider/core';
import type { MetricDefinition, MetricKind } from '@outrider/core/catalogue';

type Value = number | Histogram | ExponentialHistogram;

const POINT_TYPES: Readonly<Record<MetricKind, DataPointType>> = {
  counter: DataPointType.SUM,
  updowncounter: DataPointType.SUM,
  gauge: DataPointType.GAUGE,
  histogram: DataPointType.HISTOGRAM,
  exponential_histogram: DataPointType.EXPONENTIAL_HISTOGRAM,
};

/**
 * Takes a reading of an observer as the metric data of OpenTelemetry's SDK, cumulative.
 *
 * Everything that changes is copied: an exporter may look at it long after the reading.
 */
export class MetricDataBuilder implements MetricVisitor {
  readonly metrics: MetricData[] = [];
  readonly #startTime: HrTime;
  readonly #endTime: HrTime;
  #definition: MetricDefinition | undefined;
  #points: DataPoint<Value>[] | undefined;

  /**
   * @param startTime when the counters began, in milliseconds since the epoch
   * @param endTime when they are read, likewise
   */
  constructor(startTime: number, endTime: number) {
    this.#startTime = hrTime(startTime);
    this.#endTime = hrTime(endTime);
  }

  // The metric is added when its first point comes: one without points is left out.
  metric(definition: MetricDefinition): void {
    this.#definition = definition;
    this.#points = undefined;
  }

  number(attributes: AttributeSet, value: number): void {
    this.#add(attributes, value);
  }

  histogram(attributes: AttributeSet, bounds: readonly number[], counts: Float64Array, at: number, sum: number): void {
    const buckets = Array.from(counts.subarray(at, at + bounds.length + 1));
    // Smallest and largest value are not kept, and min and max are optional.
    this.#add(attributes, { buckets: { boundaries: [...bounds], counts: buckets }, sum, count: total(buckets) });
  }

  exponential(
    attributes: AttributeSet,
    { scale, zeroCount, sum, offset, counts, at, length }: ExponentialBuckets,
  ): void {
    const bucketCounts = Array.from(counts.subarray(at, at + length));
    this.#add(attributes, {
      scale,
      zeroCount,
      sum,
      count: zeroCount + total(bucketCounts),
      positive: { offset, bucketCounts },
      negative: { offset: 0, bucketCounts: [] },
    });
  }

  #add(attributes: AttributeSet, value: Value): void {
    if (this.#points === undefined) {
      this.#points = [];
      this.metrics.push(metricData(this.#definition!, this.#points));
    }
    this.#points.push({
      startTime: this.#startTime,
      endTime: this.#endTime,
      attributes: attributes.values,
      value,
    });
  }
}

function metricData({ name, unit, description, kind }: MetricDefinition, dataPoints: DataPoint<Value>[]): MetricData {
  return {
    descriptor: { name, unit, description, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: POINT_TYPES[kind],
    ...(POINT_TYPES[kind] === DataPointType.SUM ? { isMonotonic: kind === 'counter' } : {}),
    dataPoints,
  } as MetricData;
}

function total(counts: readonly number[]): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

function hrTime(milliseconds: number): HrTime {
  const seconds = Math.trunc(milliseconds / 1000);
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)];
}
