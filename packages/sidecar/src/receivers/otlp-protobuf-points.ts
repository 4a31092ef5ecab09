import type { OtlpLimits } from './otlp-limits.ts';
import type { RawAttributes, RawExponential, RawHistogram, RawNumber } from './otlp-parts.ts';
import { readAttribute } from './otlp-protobuf-attributes.ts';
import type { ProtobufReader } from './protobuf-reader.ts';

// Field numbers of opentelemetry-proto, metrics/v1/metrics.proto.
const NUMBER = { asDouble: 4, asInt: 6, attributes: 7, flags: 8 };
const HISTOGRAM = { count: 4, sum: 5, bucketCounts: 6, explicitBounds: 7, attributes: 9, flags: 10 };
const EXPONENTIAL = { attributes: 1, count: 4, sum: 5, scale: 6, zeroCount: 7, positive: 8, negative: 9, flags: 10 };
const BUCKETS = { offset: 1, bucketCounts: 2 };

// DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK
const NO_VALUE = 1;

/** Reads a NumberDataPoint. */
export function readNumber(message: ProtobufReader, limits: OtlpLimits): RawNumber {
  const attributes: Array<RawAttributes[number]> = [];
  let flags = 0;
  let value: number | undefined;
  while (message.next()) {
    switch (message.field) {
      case NUMBER.asDouble:
        value = message.double();
        break;
      case NUMBER.asInt:
        value = message.sfixed64();
        break;
      case NUMBER.attributes:
        attributes.push(readAttribute(message.message(), limits));
        break;
      case NUMBER.flags:
        flags = message.int32();
        break;
    }
  }
  return { attributes, noValue: (flags & NO_VALUE) !== 0, value };
}

/** Reads a HistogramDataPoint. */
export function readHistogram(message: ProtobufReader, limits: OtlpLimits): RawHistogram | undefined {
  const attributes: Array<RawAttributes[number]> = [];
  const bounds: number[] = [];
  const counts: number[] = [];
  let flags = 0;
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
      case HISTOGRAM.attributes:
        attributes.push(readAttribute(message.message(), limits));
        break;
      case HISTOGRAM.flags:
        flags = message.int32();
        break;
    }
  }
  if (Math.max(bounds.length, counts.length) > limits.bucketsPerPoint) return undefined;
  return { attributes, noValue: (flags & NO_VALUE) !== 0, count, sum, bounds, counts };
}

/** Reads an ExponentialHistogramDataPoint. */
export function readExponential(message: ProtobufReader, limits: OtlpLimits): RawExponential | undefined {
  const attributes: Array<RawAttributes[number]> = [];
  const positive: Buckets = { offset: 0, counts: [] };
  const negative: Buckets = { offset: 0, counts: [] };
  let flags = 0;
  let count = 0;
  let sum: number | undefined;
  let scale = 0;
  let zeroCount = 0;
  while (message.next()) {
    switch (message.field) {
      case EXPONENTIAL.attributes:
        attributes.push(readAttribute(message.message(), limits));
        break;
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
      case EXPONENTIAL.flags:
        flags = message.int32();
        break;
    }
  }
  if (Math.max(positive.counts.length, negative.counts.length) > limits.bucketsPerPoint) return undefined;
  const buckets = { offset: positive.offset, counts: positive.counts, negative: negative.counts };
  return { attributes, noValue: (flags & NO_VALUE) !== 0, count, sum, scale, zeroCount, ...buckets };
}

interface Buckets {
  offset: number;
  readonly counts: number[];
}

function readBuckets(message: ProtobufReader, buckets: Buckets, limits: OtlpLimits): void {
  while (message.next()) {
    if (message.field === BUCKETS.offset) buckets.offset = message.sint32();
    else if (message.field === BUCKETS.bucketCounts) message.uint64s(buckets.counts, limits.bucketsPerPoint);
  }
}
