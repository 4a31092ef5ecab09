import { doubleOf, isAbsent, isObject } from '../receivers/json-fields.ts';
import { signedOf } from './json-to-protobuf.ts';
import type { FieldWriter, Target } from './json-to-protobuf.ts';

// Field numbers of opentelemetry-proto, common/v1/common.proto.
const KEY_VALUE = { key: 1, value: 2 };
const ANY_VALUE = { string: 1, bool: 2, int: 3, double: 4, array: 5, kvlist: 6, bytes: 7 };
const VALUES = 1;

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Deeper than the receiver lets values nest: what it accepted does not fail here, nor does the stack overflow. */
const DEEPEST = 64;

/** A repeated field of KeyValue. */
export function attributes(field: number): FieldWriter {
  return (to, values) => writeKeyValues(to, field, values, 1);
}

function writeKeyValues(to: Target, field: number, values: unknown, depth: number): boolean {
  if (!Array.isArray(values)) return false;
  const { writer } = to;
  for (let i = values.length - 1; i >= 0; i -= 1) {
    const entry: unknown = values[i];
    if (!isObject(entry)) return false;
    const end = writer.length;
    const { key, value } = entry;
    if (!isAbsent(value)) {
      const endOfValue = writer.length;
      if (!writeAnyValue(to, value, depth)) return false;
      writer.close(KEY_VALUE.value, endOfValue);
    }
    if (typeof key === 'string') writer.string(KEY_VALUE.key, key);
    else if (!isAbsent(key)) return false;
    writer.close(field, end);
  }
  return true;
}

/** Writes the one value of an AnyValue; of several the one that the receiver takes, too. */
function writeAnyValue(to: Target, from: unknown, depth: number): boolean {
  if (depth > DEEPEST || !isObject(from)) return false;
  const { writer } = to;
  const { stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue } = from;
  if (!isAbsent(stringValue)) {
    if (typeof stringValue !== 'string') return false;
    writer.string(ANY_VALUE.string, stringValue);
  } else if (!isAbsent(boolValue)) {
    if (typeof boolValue !== 'boolean') return false;
    writer.bool(ANY_VALUE.bool, boolValue);
  } else if (!isAbsent(intValue)) {
    const integer = signedOf(intValue);
    if (integer === undefined) return false;
    writer.int64(ANY_VALUE.int, integer);
  } else if (!isAbsent(doubleValue)) {
    const number = doubleOf(doubleValue);
    if (number === undefined) return false;
    writer.double(ANY_VALUE.double, number);
  } else if (!isAbsent(bytesValue)) {
    if (typeof bytesValue !== 'string' || !BASE64.test(bytesValue)) return false;
    writer.bytes(ANY_VALUE.bytes, Buffer.from(bytesValue, 'base64'));
  } else if (!isAbsent(arrayValue)) {
    return writeList(to, ANY_VALUE.array, arrayValue, (values) => writeAnyValues(to, values, depth + 1));
  } else if (!isAbsent(kvlistValue)) {
    return writeList(to, ANY_VALUE.kvlist, kvlistValue, (values) => writeKeyValues(to, VALUES, values, depth + 1));
  }
  return true;
}

function writeList(to: Target, field: number, from: unknown, write: (values: unknown) => boolean): boolean {
  if (!isObject(from)) return false;
  const end = to.writer.length;
  if (!isAbsent(from.values) && !write(from.values)) return false;
  to.writer.close(field, end);
  return true;
}

function writeAnyValues(to: Target, values: unknown, depth: number): boolean {
  if (!Array.isArray(values)) return false;
  for (let i = values.length - 1; i >= 0; i -= 1) {
    const end = to.writer.length;
    // An element that is null keeps its place as a value that is not set.
    if (!isAbsent(values[i]) && !writeAnyValue(to, values[i], depth)) return false;
    to.writer.close(VALUES, end);
  }
  return true;
}
