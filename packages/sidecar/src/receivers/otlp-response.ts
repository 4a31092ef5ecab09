/** How the body of a request is encoded; `other` is none that the receiver reads, and is answered in JSON. */
export type Encoding = 'json' | 'protobuf' | 'other';

/** Media type of an answer in an encoding. */
export function contentType(encoding: Encoding): string {
  return encoding === 'protobuf' ? 'application/x-protobuf' : 'application/json';
}

/**
 * An ExportMetricsServiceResponse.
 *
 * @param rejected data points that were not stored; with 0 the answer says that all was well
 * @param reason why, for people
 */
export function metricsResponse(encoding: Encoding, rejected: number, reason: string): Buffer {
  if (encoding === 'protobuf') {
    if (rejected === 0) return Buffer.alloc(0);
    return bytesField(1, Buffer.concat([varintField(1, rejected), bytesField(2, Buffer.from(reason))]));
  }
  if (rejected === 0) return Buffer.from('{}');
  // rejectedDataPoints is a 64-bit integer, and those are text in the JSON form of protobuf.
  const partialSuccess = { rejectedDataPoints: String(rejected), errorMessage: reason };
  return Buffer.from(JSON.stringify({ partialSuccess }));
}

// HTTP status -> google.rpc.Code
const CODES: ReadonlyMap<number, number> = new Map([
  [400, 3], // INVALID_ARGUMENT
  [401, 16], // UNAUTHENTICATED
  [403, 7], // PERMISSION_DENIED
  [404, 5], // NOT_FOUND
  [405, 12], // UNIMPLEMENTED
  [413, 11], // OUT_OF_RANGE: RESOURCE_EXHAUSTED would ask the client to try again
  [415, 3],
  [503, 14], // UNAVAILABLE
]);
const INTERNAL = 13;

/** A google.rpc.Status, which OTLP answers an error with. */
export function statusResponse(encoding: Encoding, status: number, message: string): Buffer {
  const code = CODES.get(status) ?? INTERNAL;
  if (encoding === 'protobuf') return Buffer.concat([varintField(1, code), bytesField(2, Buffer.from(message))]);
  return Buffer.from(JSON.stringify({ code, message }));
}

function varintField(field: number, value: number): Buffer {
  return Buffer.from([field << 3, ...varint(value)]);
}

function bytesField(field: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(value.length)]), value]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
  return [...bytes, left];
}
