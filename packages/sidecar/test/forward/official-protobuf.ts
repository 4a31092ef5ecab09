import root from 'otlp-proto-definition/build/src/generated/root.js';

interface MessageType {
  fromObject(object: object): object;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): object;
}

interface Root {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: { readonly metrics: { readonly v1: Readonly<Record<string, MessageType>> } };
    };
  };
}

const found = (root as unknown as Root).opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
if (found === undefined) throw new Error('the official definition has no ExportMetricsServiceRequest');
const type = found;

/** A request in protobuf as the official definition decodes it: 64-bit integers as text, bytes in base64. */
export function decodeOfficially(bytes: Uint8Array): unknown {
  return type.toObject(type.decode(bytes), { longs: String, bytes: String });
}

/** What the official definition makes of a request in OTLP/JSON, encoded and decoded by it. */
export function officially(request: object): unknown {
  const message = type.fromObject(withIdsAsBytes(request));
  return decodeOfficially(type.encode(message).finish());
}

/** OTLP/JSON has ids in hexadecimal digits, where the mapping of protobuf has base64; and null is not there. */
function withIdsAsBytes(request: object): object {
  return JSON.parse(JSON.stringify(request), (key, value: unknown) => {
    if (value === null) return undefined;
    if (typeof value !== 'string' || (key !== 'traceId' && key !== 'spanId')) return value;
    return Buffer.from(value, 'hex').toString('base64');
  }) as object;
}
