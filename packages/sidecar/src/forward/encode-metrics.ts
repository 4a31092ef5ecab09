import type { Attributes, Exemplar, ExponentialPoint, HistogramPoint, Metric } from '../metric.ts';
import type { NumberPoint, SummaryPoint } from '../metric.ts';
import { DATA, METRIC, REQUEST, RESOURCE, RESOURCE_METRICS, SCOPE, SCOPE_METRICS } from '../otlp-fields.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** Metrics of one resource, for {@link encodeMetrics}. */
export interface ResourceToEncode {
  readonly resource: Attributes;
  readonly metrics: readonly Metric[];
}

/** What an encoding says besides the metrics. */
export interface EncodingOptions {
  readonly scope: { readonly name: string; readonly version: string };
  /** When the values were so, in milliseconds since 1970. */
  readonly time: number;
  /** When a sum or histogram was 0, in milliseconds since 1970. */
  readonly startOf: (metric: Metric) => number;
}

// Field numbers of opentelemetry-proto 1, metrics/v1/metrics.proto and common/v1/common.proto.
const TYPES = { gauge: 5, sum: 7, histogram: 9, exponentialHistogram: 10, summary: 11 };
const TIMES = { start: 2, time: 3 };
const NUMBER = { asDouble: 4, exemplars: 5, attributes: 7 };
const HISTOGRAM = { count: 4, sum: 5, bucketCounts: 6, explicitBounds: 7, exemplars: 8, attributes: 9 };
const EXPONENTIAL = { attributes: 1, count: 4, sum: 5, scale: 6, zeroCount: 7, positive: 8, exemplars: 11 };
const BUCKETS = { offset: 1, bucketCounts: 2 };
const SUMMARY = { count: 4, sum: 5, quantileValues: 6, attributes: 7 };
const QUANTILE = { quantile: 1, value: 2 };
const EXEMPLAR = { time: 2, asDouble: 3, spanId: 4, traceId: 5 };
const KEY_VALUE = { key: 1, value: 2 };
const ANY_VALUE = { string: 1 };

const CUMULATIVE = 2;

/**
 * Writes metrics as an ExportMetricsServiceRequest in protobuf, cumulative. Numbers are doubles, attributes are texts.
 *
 * @example
 * const resource = [['service.name', 'outrider']] as const;
 * encodeMetrics([{ resource, metrics }], { scope, time: Date.now(), startOf: () => startedAt });
 */
export function encodeMetrics(resources: readonly ResourceToEncode[], options: EncodingOptions): Uint8Array {
  const encoder = new MetricsEncoder(options);
  for (const resource of resources.toReversed()) encoder.resource(resource);
  return encoder.finish();
}

/** Writes from the end to the beginning, as its writer does: a later field before an earlier one. */
class MetricsEncoder {
  readonly #writer = new ProtobufWriter(16_384);
  readonly #options: EncodingOptions;
  readonly #time: bigint;

  constructor(options: EncodingOptions) {
    this.#options = options;
    this.#time = nanoseconds(options.time);
  }

  finish(): Uint8Array {
    return this.#writer.finish();
  }

  resource({ resource, metrics }: ResourceToEncode): void {
    const { scope } = this.#options;
    this.#message(REQUEST.resourceMetrics, () => {
      this.#message(RESOURCE_METRICS.scopeMetrics, () => {
        for (const metric of metrics.toReversed()) this.#metric(metric);
        this.#message(SCOPE_METRICS.scope, () => {
          this.#writer.string(SCOPE.version, scope.version);
          this.#writer.string(SCOPE.name, scope.name);
        });
      });
      this.#message(RESOURCE_METRICS.resource, () => this.#attributes(RESOURCE.attributes, resource));
    });
  }

  #metric(metric: Metric): void {
    const start = metric.kind === 'gauge' ? undefined : nanoseconds(this.#options.startOf(metric));
    this.#message(SCOPE_METRICS.metrics, () => {
      this.#data(metric, start);
      this.#writer.string(METRIC.unit, metric.unit);
      this.#writer.string(METRIC.description, metric.description);
      this.#writer.string(METRIC.name, metric.name);
    });
  }

  #data(metric: Metric, start: bigint | undefined): void {
    switch (metric.kind) {
      case 'gauge':
        return this.#points(TYPES.gauge, metric.points, (point) => this.#number(point, start));
      case 'counter':
      case 'updowncounter':
        return this.#points(TYPES.sum, metric.points, (point) => this.#number(point, start), {
          isMonotonic: metric.kind === 'counter',
        });
      case 'histogram':
        return this.#points(TYPES.histogram, metric.points, (point) => this.#histogram(point, start), {});
      case 'exponential_histogram':
        return this.#points(TYPES.exponentialHistogram, metric.points, (point) => this.#exponential(point, start), {});
      case 'summary':
        return this.#points(TYPES.summary, metric.points, (point) => this.#summary(point, start));
    }
  }

  #points<Point>(
    type: number,
    points: readonly Point[],
    write: (point: Point) => void,
    cumulative?: { readonly isMonotonic?: boolean },
  ): void {
    this.#message(type, () => {
      if (cumulative?.isMonotonic !== undefined) this.#writer.bool(DATA.isMonotonic, cumulative.isMonotonic);
      if (cumulative !== undefined) this.#writer.uint32(DATA.aggregationTemporality, CUMULATIVE);
      for (const point of points.toReversed()) this.#message(DATA.dataPoints, () => write(point));
    });
  }

  #number({ attributes, value, exemplars }: NumberPoint, start: bigint | undefined): void {
    this.#attributes(NUMBER.attributes, attributes);
    this.#exemplars(NUMBER.exemplars, exemplars);
    this.#writer.double(NUMBER.asDouble, value);
    this.#times(start);
  }

  #histogram({ attributes, count, sum, bounds, counts, exemplars }: HistogramPoint, start: bigint | undefined): void {
    this.#attributes(HISTOGRAM.attributes, attributes);
    this.#exemplars(HISTOGRAM.exemplars, exemplars);
    this.#packed(HISTOGRAM.explicitBounds, bounds, (bound) => this.#writer.doubleElement(bound));
    this.#packed(HISTOGRAM.bucketCounts, counts, (bucket) => this.#writer.fixed64Element(bucket));
    if (sum !== undefined) this.#writer.double(HISTOGRAM.sum, sum);
    this.#writer.fixed64(HISTOGRAM.count, count);
    this.#times(start);
  }

  #exponential(point: ExponentialPoint, start: bigint | undefined): void {
    const { attributes, count, sum, scale, zeroCount, offset, counts, exemplars } = point;
    this.#exemplars(EXPONENTIAL.exemplars, exemplars);
    this.#message(EXPONENTIAL.positive, () => {
      this.#packed(BUCKETS.bucketCounts, counts, (bucket) => this.#writer.uint64Element(bucket));
      this.#writer.sint32(BUCKETS.offset, offset);
    });
    this.#writer.fixed64(EXPONENTIAL.zeroCount, zeroCount);
    this.#writer.sint32(EXPONENTIAL.scale, scale);
    if (sum !== undefined) this.#writer.double(EXPONENTIAL.sum, sum);
    this.#writer.fixed64(EXPONENTIAL.count, count);
    this.#times(start);
    this.#attributes(EXPONENTIAL.attributes, attributes);
  }

  #summary({ attributes, count, sum, quantiles }: SummaryPoint, start: bigint | undefined): void {
    this.#attributes(SUMMARY.attributes, attributes);
    for (const [quantile, value] of quantiles.toReversed()) {
      this.#message(SUMMARY.quantileValues, () => {
        this.#writer.double(QUANTILE.value, value);
        this.#writer.double(QUANTILE.quantile, quantile);
      });
    }
    this.#writer.double(SUMMARY.sum, sum);
    this.#writer.fixed64(SUMMARY.count, count);
    this.#times(start);
  }

  #times(start: bigint | undefined): void {
    this.#writer.fixed64(TIMES.time, this.#time);
    if (start !== undefined) this.#writer.fixed64(TIMES.start, start);
  }

  #exemplars(field: number, exemplars: readonly Exemplar[] = []): void {
    for (const { value, time, traceId, spanId } of exemplars.toReversed()) {
      this.#message(field, () => {
        if (traceId !== undefined) this.#writer.bytes(EXEMPLAR.traceId, Buffer.from(traceId, 'hex'));
        if (spanId !== undefined) this.#writer.bytes(EXEMPLAR.spanId, Buffer.from(spanId, 'hex'));
        this.#writer.double(EXEMPLAR.asDouble, value);
        if (time !== undefined) this.#writer.fixed64(EXEMPLAR.time, nanoseconds(time));
      });
    }
  }

  #attributes(field: number, attributes: Attributes): void {
    for (const [name, value] of attributes.toReversed()) {
      this.#message(field, () => {
        this.#message(KEY_VALUE.value, () => this.#writer.string(ANY_VALUE.string, value));
        this.#writer.string(KEY_VALUE.key, name);
      });
    }
  }

  #packed(field: number, numbers: readonly number[], write: (element: number) => void): void {
    if (numbers.length === 0) return;
    const end = this.#writer.length;
    for (const number of numbers.toReversed()) write(number);
    this.#writer.close(field, end);
  }

  #message(field: number, write: () => void): void {
    const end = this.#writer.length;
    write();
    this.#writer.close(field, end);
  }
}

function nanoseconds(milliseconds: number): bigint {
  return BigInt(Math.trunc(milliseconds)) * 1_000_000n;
}
