import type { AttributeSet, AttributeValue } from '../attributes.ts';
import type { MetricDefinition } from '../catalogue.ts';
import type { ExponentialBuckets, MetricSource, MetricVisitor } from '../metric-source.ts';

/** AGGREGATION_TEMPORALITY_CUMULATIVE of opentelemetry-proto. */
const CUMULATIVE = 2;

// What stands between the metric's unit and its points, by kind. An updowncounter is a sum that may fall.
const DATA: Readonly<Record<MetricDefinition['kind'], string>> = {
  counter: `"sum":{"aggregationTemporality":${CUMULATIVE},"isMonotonic":true,"dataPoints":[`,
  updowncounter: `"sum":{"aggregationTemporality":${CUMULATIVE},"isMonotonic":false,"dataPoints":[`,
  gauge: '"gauge":{"dataPoints":[',
  histogram: `"histogram":{"aggregationTemporality":${CUMULATIVE},"dataPoints":[`,
  exponential_histogram: `"exponentialHistogram":{"aggregationTemporality":${CUMULATIVE},"dataPoints":[`,
};

/** What an encoding says besides the metrics. */
export interface OtlpEnvelope {
  readonly resource: Readonly<Record<string, AttributeValue>>;
  readonly scopeName: string;
  readonly scopeVersion: string;
  /** Milliseconds since the epoch at which the counters began. */
  readonly startTime: number;
  /** Milliseconds since the epoch of this reading. */
  readonly time: number;
}

/**
 * Encodes a reading as an OTLP/HTTP JSON `ExportMetricsServiceRequest`, cumulative.
 * Source: opentelemetry-proto 1.x and its JSON mapping (64-bit integers and times are strings, keys are lowerCamelCase).
 */
export function encodeOtlpJson(sources: readonly MetricSource[], envelope: OtlpEnvelope): string {
  const encoder = new OtlpJsonEncoder(envelope);
  for (const source of sources) source.collect(encoder);
  return encoder.end();
}

class OtlpJsonEncoder implements MetricVisitor {
  #out: string;
  readonly #times: string;
  readonly #gaugeTime: string;
  #definition: MetricDefinition | undefined;
  #points = 0;
  #metrics = 0;

  constructor({ resource, scopeName, scopeVersion, startTime, time }: OtlpEnvelope) {
    const scope = `{"name":${JSON.stringify(scopeName)},"version":${JSON.stringify(scopeVersion)}}`;
    this.#out = `{"resourceMetrics":[{"resource":{"attributes":${encodeAttributes(resource)}},"scopeMetrics":[{"scope":${scope},"metrics":[`;
    this.#gaugeTime = `"timeUnixNano":"${nanos(time)}"`;
    this.#times = `"startTimeUnixNano":"${nanos(startTime)}",${this.#gaugeTime}`;
  }

  // The metric is written when its first point comes: one without points is left out.
  metric(definition: MetricDefinition): void {
    this.#close();
    this.#definition = definition;
  }

  number(attributes: AttributeSet, value: number): void {
    const times = this.#definition?.kind === 'gauge' ? this.#gaugeTime : this.#times;
    this.#point(attributes, `${times},"asDouble":${double(value)}`);
  }

  histogram(attributes: AttributeSet, bounds: readonly number[], counts: Float64Array, at: number, sum: number): void {
    let count = 0;
    let buckets = '';
    for (let i = at; i <= at + bounds.length; i++) {
      count += counts[i]!;
      buckets += i === at ? `"${counts[i]}"` : `,"${counts[i]}"`;
    }
    this.#point(
      attributes,
      `${this.#times},"count":"${count}","sum":${double(sum)},"bucketCounts":[${buckets}],"explicitBounds":[${bounds.join(',')}]`,
    );
  }

  exponential(
    attributes: AttributeSet,
    { scale, zeroCount, sum, offset, counts, at, length }: ExponentialBuckets,
  ): void {
    let count = zeroCount;
    let buckets = '';
    for (let i = at; i < at + length; i++) {
      count += counts[i]!;
      buckets += i === at ? `"${counts[i]}"` : `,"${counts[i]}"`;
    }
    this.#point(
      attributes,
      `${this.#times},"count":"${count}","sum":${double(sum)},"scale":${scale},"zeroCount":"${zeroCount}","positive":{"offset":${offset},"bucketCounts":[${buckets}]}`,
    );
  }

  end(): string {
    this.#close();
    return `${this.#out}]}]}]}`;
  }

  #point(attributes: AttributeSet, fields: string): void {
    if (this.#points === 0) this.#open();
    else this.#out += ',';
    this.#points++;
    attributes.encoded ??= pointAttributes(attributes.values);
    this.#out += `{${attributes.encoded}${fields}}`;
  }

  #open(): void {
    const { name, unit, description, kind } = this.#definition!;
    if (this.#metrics > 0) this.#out += ',';
    this.#metrics++;
    this.#out += `{"name":${JSON.stringify(name)},"unit":${JSON.stringify(unit)},"description":${JSON.stringify(description)},${DATA[kind]}`;
  }

  #close(): void {
    if (this.#points > 0) this.#out += ']}}';
    this.#points = 0;
  }
}

function pointAttributes(values: Readonly<Record<string, AttributeValue>>): string {
  return Object.keys(values).length === 0 ? '' : `"attributes":${encodeAttributes(values)},`;
}

function encodeAttributes(values: Readonly<Record<string, AttributeValue>>): string {
  const pairs = Object.entries(values).map(
    ([key, value]) => `{"key":${JSON.stringify(key)},"value":${encodeValue(value)}}`,
  );
  return `[${pairs.join(',')}]`;
}

function encodeValue(value: AttributeValue): string {
  if (typeof value === 'string') return `{"stringValue":${JSON.stringify(value)}}`;
  if (typeof value === 'boolean') return `{"boolValue":${value}}`;
  return Number.isSafeInteger(value) ? `{"intValue":"${value}"}` : `{"doubleValue":${double(value)}}`;
}

// JSON has no NaN and no infinities; the protobuf mapping writes them as strings.
function double(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

// Nanoseconds do not fit a double; milliseconds and six zeros do not have to.
function nanos(milliseconds: number): string {
  return `${Math.trunc(milliseconds)}000000`;
}
