import { reach } from './counted-limits.ts';
import type { CountedLimits } from './counted-limits.ts';
import type { RawAttributes, RawExemplar, RawPoint } from './otlp-parts.ts';
import { readAttribute } from './otlp-protobuf-attributes.ts';
import type { ProtobufReader } from './protobuf-reader.ts';

/** Where a type of point has the fields that all types have; times have the same numbers in all. */
export interface CommonFields {
  readonly attributes: number;
  readonly flags: number;
  /** Summaries have no exemplars. */
  readonly exemplars?: number;
}

// Field numbers of opentelemetry-proto, metrics/v1/metrics.proto.
const TIMES = { start: 2, time: 3 };
const EXEMPLAR = { time: 2, asDouble: 3, spanId: 4, traceId: 5, asInt: 6 };

// DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK
const NO_VALUE = 1;

/** Collects what points of every type have. */
export class CommonReader implements RawPoint {
  readonly attributes: Array<RawAttributes[number]> = [];
  readonly exemplars: RawExemplar[] = [];
  start = 0;
  time = 0;
  noValue = false;
  readonly #fields: CommonFields;
  readonly #limits: CountedLimits;
  #exemplarsSent = 0;

  constructor(fields: CommonFields, limits: CountedLimits) {
    this.#fields = fields;
    this.#limits = limits;
  }

  /** Reads the field that the message is at, if it is one of them. */
  read(message: ProtobufReader): void {
    switch (message.field) {
      case TIMES.start:
        this.start = message.fixed64();
        break;
      case TIMES.time:
        this.time = message.fixed64();
        break;
      case this.#fields.attributes:
        // One too many says that there are too many.
        if (this.attributes.length > this.#limits.attributesPerPoint) return;
        this.attributes.push(readAttribute(message.message(), this.#limits));
        break;
      case this.#fields.flags:
        this.noValue = (message.int32() & NO_VALUE) !== 0;
        break;
      case this.#fields.exemplars:
        this.#exemplarsSent += 1;
        if (this.#exemplarsSent <= this.#limits.exemplarsPerPoint) this.exemplars.push(readExemplar(message.message()));
        else if (this.#exemplarsSent === this.#limits.exemplarsPerPoint + 1) reach(this.#limits, 'exemplarsPerPoint');
        break;
    }
  }

  /** What was collected. */
  get parts(): RawPoint & { readonly exemplars: readonly RawExemplar[] } {
    const { attributes, exemplars, start, time, noValue } = this;
    return { attributes, exemplars, start, time, noValue };
  }
}

function readExemplar(message: ProtobufReader): RawExemplar {
  let value: number | undefined;
  let time = 0;
  let traceId = '';
  let spanId = '';
  while (message.next()) {
    switch (message.field) {
      case EXEMPLAR.time:
        time = message.fixed64();
        break;
      case EXEMPLAR.asDouble:
        value = message.double();
        break;
      case EXEMPLAR.asInt:
        value = message.sfixed64();
        break;
      case EXEMPLAR.traceId:
        traceId = hexadecimal(message.bytes());
        break;
      case EXEMPLAR.spanId:
        spanId = hexadecimal(message.bytes());
        break;
    }
  }
  return { value, time, traceId, spanId };
}

function hexadecimal(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
