import { over } from './counted-limits.ts';
import type { CountedLimits } from './counted-limits.ts';
import type { RawExponential, RawHistogram, RawNumber, RawSummary } from './otlp-parts.ts';
import { CommonReader } from './otlp-protobuf-common.ts';
import type { ProtobufReader } from './protobuf-reader.ts';

// Field numbers of opentelemetry-proto, metrics/v1/metrics.proto.
const NUMBER = { asDouble: 4, exemplars: 5, asInt: 6, attributes: 7, flags: 8 };
const HISTOGRAM = { count: 4, sum: 5, bucketCounts: 6, explicitBounds: 7, exemplars: 8, attributes: 9, flags: 10 };
const EXPONENTIAL = {
  attributes: 1,
  count: 4,
  sum: 5,
  scale: 6,
  zeroCount: 7,
  positive: 8,
  negative: 9,
  flags: 10,
  exemplars: 11,
};
const BUCKETS = { offset: 1, bucketCounts: 2 };
const SUMMARY = { count: 4, sum: 5, quantileValues: 6, attributes: 7, flags: 8 };
const VALUE_AT_QUANTILE = { quantile: 1, value: 2 };

/** Reads a NumberDataPoint. */
export function readNumber(message: ProtobufReader, limits: CountedLimits): RawNumber {
  const common = new CommonReader(NUMBER, limits);
  let value: number | undefined;
  while (message.next()) {
    if (message.field === NUMBER.asDouble) value = message.double();
    else if (message.field === NUMBER.asInt) value = message.sfixed64();
    else common.read(message);
  }
  return { ...common.parts, value };
}

/** Reads a HistogramDataPoint. */
export function readHistogram(message: ProtobufReader, limits: CountedLimits): RawHistogram | undefined {
  const common = new CommonReader(HISTOGRAM, limits);
  const bounds: number[] = [];
  const counts: number[] = [];
  let count = 0;
  let sum: number | undefined;
  while (message.next()) {
    switch (message.field) {
      case HISTOGRAM.count:
        count = message.fixed64();
        break;
      case HISTOGRAM.sum:
        sum = message.double();
        break;
      case HISTOGRAM.bucketCounts:
        message.fixed64s(counts, limits.bucketsPerPoint);
        break;
      case HISTOGRAM.explicitBounds:
        message.doubles(bounds, limits.bucketsPerPoint);
        break;
      default:
        common.read(message);
    }
  }
  if (Math.max(bounds.length, counts.length) > limits.bucketsPerPoint) return over(limits, 'bucketsPerPoint');
  return { ...common.parts, count, sum, bounds, counts };
}

/** Reads an ExponentialHistogramDataPoint. */
export function readExponential(message: ProtobufReader, limits: CountedLimits): RawExponential | undefined {
  const common = new CommonReader(EXPONENTIAL, limits);
  const positive: Buckets = { offset: 0, counts: [] };
  const negative: Buckets = { offset: 0, counts: [] };
  let count = 0;
  let sum: number | undefined;
  let scale = 0;
  let zeroCount = 0;
  while (message.next()) {
    switch (message.field) {
      case EXPONENTIAL.count:
        count = message.fixed64();
        break;
      case EXPONENTIAL.sum:
        sum = message.double();
        break;
      case EXPONENTIAL.scale:
        scale = message.sint32();
        break;
      case EXPONENTIAL.zeroCount:
        zeroCount = message.fixed64();
        break;
      case EXPONENTIAL.positive:
        readBuckets(message.message(), positive, limits);
        break;
      case EXPONENTIAL.negative:
        readBuckets(message.message(), negative, limits);
        break;
      default:
        common.read(message);
    }
  }
  if (Math.max(positive.counts.length, negative.counts.length) > limits.bucketsPerPoint) {
    return over(limits, 'bucketsPerPoint');
  }
  const buckets = { offset: positive.offset, counts: positive.counts, negative: negative.counts };
  return { ...common.parts, count, sum, scale, zeroCount, ...buckets };
}

/** Reads a SummaryDataPoint. */
export function readSummary(message: ProtobufReader, limits: CountedLimits): RawSummary | undefined {
  const common = new CommonReader(SUMMARY, limits);
  const quantiles: Array<readonly [number, number]> = [];
  let count = 0;
  let sum = 0;
  let sent = 0;
  while (message.next()) {
    switch (message.field) {
      case SUMMARY.count:
        count = message.fixed64();
        break;
      case SUMMARY.sum:
        sum = message.double();
        break;
      case SUMMARY.quantileValues:
        sent += 1;
        if (sent <= limits.bucketsPerPoint) quantiles.push(readQuantile(message.message()));
        break;
      default:
        common.read(message);
    }
  }
  const { attributes, noValue, start, time } = common;
  if (sent > limits.bucketsPerPoint) return over(limits, 'bucketsPerPoint');
  return { attributes, noValue, start, time, count, sum, quantiles };
}

function readQuantile(message: ProtobufReader): readonly [number, number] {
  let quantile = 0;
  let value = 0;
  while (message.next()) {
    if (message.field === VALUE_AT_QUANTILE.quantile) quantile = message.double();
    else if (message.field === VALUE_AT_QUANTILE.value) value = message.double();
  }
  return [quantile, value];
}

interface Buckets {
  offset: number;
  readonly counts: number[];
}

function readBuckets(message: ProtobufReader, buckets: Buckets, limits: CountedLimits): void {
  while (message.next()) {
    if (message.field === BUCKETS.offset) buckets.offset = message.sint32();
    else if (message.field === BUCKETS.bucketCounts) message.uint64s(buckets.counts, limits.bucketsPerPoint);
  }
}
