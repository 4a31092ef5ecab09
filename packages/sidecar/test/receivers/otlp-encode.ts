import root from 'otlp-proto-definition/build/src/generated/root.js';
import type { Decoded } from '../../src/receivers/decoded.ts';
import type { OtlpOptions } from '../../src/receivers/otlp-builder.ts';
import { decodeOtlpJson } from '../../src/receivers/otlp-json.ts';
import type { OtlpLimits } from '../../src/receivers/otlp-limits.ts';
import { otlpLimits } from '../../src/receivers/otlp-limits.ts';
import { decodeOtlpProtobuf } from '../../src/receivers/otlp-protobuf.ts';

interface MessageType {
  fromObject(object: object): object;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
}

interface Root {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: { readonly metrics: { readonly v1: Readonly<Record<string, MessageType>> } };
    };
  };
}

const types = (root as unknown as Root).opentelemetry.proto.collector.metrics.v1;

function messageType(name: string): MessageType {
  const type = types[name];
  if (type === undefined) throw new Error(`the official definition has no ${name}`);
  return type;
}

/** A request in JSON. */
export function toJson(request: object): Buffer {
  return Buffer.from(JSON.stringify(request));
}

/** The same request in protobuf, encoded by the official definition. */
export function toProtobuf(request: object): Buffer {
  const type = messageType('ExportMetricsServiceRequest');
  return Buffer.from(type.encode(type.fromObject(withBinaryIds(request))).finish());
}

/** Ids of traces and spans are hexadecimal in OTLP/JSON; the definition takes all bytes as base64. */
function withBinaryIds(request: object): object {
  return JSON.parse(JSON.stringify(request), (key, value: unknown) =>
    (key === 'traceId' || key === 'spanId') && typeof value === 'string'
      ? Buffer.from(value, 'hex').toString('base64')
      : value,
  ) as object;
}

/** The answer to a request in protobuf, decoded by the official definition, as plain data. */
export function fromProtobufResponse(bytes: Uint8Array): unknown {
  return JSON.parse(JSON.stringify(messageType('ExportMetricsServiceResponse').decode(bytes)));
}

/** Both decoders, with the encoder of what they decode. */
export const encodings: ReadonlyArray<{
  readonly encoding: 'json' | 'protobuf';
  readonly contentType: string;
  readonly encode: (request: object) => Buffer;
  readonly decode: (request: object, limits?: Partial<OtlpLimits>, options?: OtlpOptions) => Decoded;
}> = [
  {
    encoding: 'json',
    contentType: 'application/json',
    encode: toJson,
    decode: (request, limits, options) => decodeOtlpJson(toJson(request), { ...otlpLimits, ...limits }, options),
  },
  {
    encoding: 'protobuf',
    contentType: 'application/x-protobuf',
    encode: toProtobuf,
    decode: (request, limits, options) =>
      decodeOtlpProtobuf(toProtobuf(request), { ...otlpLimits, ...limits }, options),
  },
];

/** A request of one resource with these metrics. */
export function requestOf(...metrics: readonly object[]): { readonly resourceMetrics: object[] } {
  return { resourceMetrics: [{ resource: { attributes: [] }, scopeMetrics: [{ metrics }] }] };
}

/** A gauge with these points. */
export function gaugeOf(...dataPoints: readonly object[]): object {
  return { name: 'g', unit: '1', gauge: { dataPoints } };
}

/** A gauge with one point that has these attributes. */
export function attributesOf(...attributes: readonly object[]): object {
  return gaugeOf({ asInt: '1', attributes });
}
