import type { AttributeSet, AttributeValue } from '../attributes.ts';
import type { MetricDefinition } from '../catalogue.ts';
import type { ExponentialBuckets, MetricVisitor } from '../metric-source.ts';
import type { Exemplar } from '../recorder/exemplars.ts';
import type { Reading } from './reading.ts';

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
  /** JSON of the last slow requests, for a receiver that is known to be an Outrider sidecar. */
  readonly slowRequests?: string | undefined;
}

/** Characters after which a piece is handed over: some tenths of a millisecond of encoding. */
const PIECE = 8192;

/**
 * Encodes a reading as an OTLP/HTTP JSON `ExportMetricsServiceRequest`, cumulative.
 * Source: opentelemetry-proto 1.x and its JSON mapping (64-bit integers and times are strings, keys are lowerCamelCase).
 * Comes in pieces, between which the caller may let others have their turn.
 */
export function* encodeOtlpJson(reading: Reading, envelope: OtlpEnvelope): Generator<string, void, void> {
  const encoder = new OtlpJsonEncoder(envelope);
  for (const _ of reading.replay(encoder)) if (encoder.length >= PIECE) yield encoder.take();
  yield encoder.end();
}

class OtlpJsonEncoder implements MetricVisitor {
  #out: string;
  readonly #times: string;
  readonly #gaugeTime: string;
  #definition: MetricDefinition | undefined;
  #points = 0;
  #metrics = 0;
  readonly #slowRequests: string | undefined;

  constructor({ resource, scopeName, scopeVersion, startTime, time, slowRequests }: OtlpEnvelope) {
    const scope = `{"name":${JSON.stringify(scopeName)},"version":${JSON.stringify(scopeVersion)}}`;
    this.#out = `{"resourceMetrics":[{"resource":{"attributes":${encodeAttributes(resource)}},"scopeMetrics":[{"scope":${scope},"metrics":[`;
    this.#slowRequests = slowRequests;
    this.#gaugeTime = `"timeUnixNano":"${nanos(time)}"`;
    this.#times = `"startTimeUnixNano":"${nanos(startTime)}",${this.#gaugeTime}`;
  }

  /** How much was written and not taken. */
  get length(): number {
    return this.#out.length;
  }

  take(): string {
    const piece = this.#out;
    this.#out = '';
    return piece;
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

  histogram(
    attributes: AttributeSet,
    bounds: readonly number[],
    counts: Float64Array,
    at: number,
    sum: number,
    exemplar?: Exemplar,
  ): void {
    let count = 0;
    let buckets = '';
    for (let i = at; i <= at + bounds.length; i++) {
      count += counts[i]!;
      buckets += i === at ? `"${counts[i]}"` : `,"${counts[i]}"`;
    }
    this.#point(
      attributes,
      `${this.#times},"count":"${count}","sum":${double(sum)},"bucketCounts":[${buckets}],"explicitBounds":[${boundsText(bounds)}]${exemplar === undefined ? '' : exemplars(exemplar)}`,
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
    // Receivers of OTLP/JSON must ignore fields that they do not know (specification of the protocol, JSON encoding).
    const slow = this.#slowRequests === undefined ? '' : `,"outriderSlowRequests":${this.#slowRequests}`;
    return `${this.#out}]}]}]${slow}}`;
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

const boundsTexts = new WeakMap<readonly number[], string>();

function boundsText(bounds: readonly number[]): string {
  let text = boundsTexts.get(bounds);
  if (text === undefined) boundsTexts.set(bounds, (text = bounds.join(',')));
  return text;
}

function exemplars({ value, time, traceId, spanId }: Exemplar): string {
  return `,"exemplars":[{"timeUnixNano":"${nanos(time)}","asDouble":${double(value)},"traceId":"${traceId}","spanId":"${spanId}"}]`;
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
