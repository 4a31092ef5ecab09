import { beginAttribute, takeElement } from './counted-limits.ts';
import type { CountedLimits } from './counted-limits.ts';
import { RequestError } from '../http/request-error.ts';
import type { AnyValue, RawAttributes } from './otlp-parts.ts';
import type { ProtobufReader } from './protobuf-reader.ts';

// Field numbers of opentelemetry-proto, common/v1/common.proto.
const KEY_VALUE = { key: 1, value: 2 };
const ANY_VALUE = { string: 1, bool: 2, int: 3, double: 4, array: 5, kvlist: 6, bytes: 7 };
const VALUES = 1;

/**
 * Reads a KeyValue.
 *
 * @throws {RequestError} 400 if its value nests deeper than the limit
 */
export function readAttribute(message: ProtobufReader, limits: CountedLimits): RawAttributes[number] {
  return readKeyValue(message, 1, beginAttribute(limits));
}

function readKeyValue(message: ProtobufReader, depth: number, limits: CountedLimits): RawAttributes[number] {
  let name = '';
  let value: AnyValue = null;
  while (message.next()) {
    if (message.field === KEY_VALUE.key) name = message.string();
    else if (message.field === KEY_VALUE.value) value = readAnyValue(message.message(), depth, limits);
  }
  return [name, value];
}

function readAnyValue(message: ProtobufReader, depth: number, limits: CountedLimits): AnyValue {
  if (depth > limits.anyValueDepth) {
    const problem = `The value of an attribute nests deeper than ${limits.anyValueDepth} levels.`;
    throw new RequestError(400, problem, { limit: 'depth' });
  }
  let value: AnyValue = null;
  while (message.next()) {
    switch (message.field) {
      case ANY_VALUE.string:
        value = message.string();
        break;
      case ANY_VALUE.bool:
        value = message.bool();
        break;
      case ANY_VALUE.int:
        value = message.int64();
        break;
      case ANY_VALUE.double:
        value = message.double();
        break;
      case ANY_VALUE.array:
        value = readArray(message.message(), depth, limits);
        break;
      case ANY_VALUE.kvlist:
        value = readList(message.message(), depth, limits);
        break;
      case ANY_VALUE.bytes:
        value = message.bytes();
        break;
    }
  }
  return value;
}

function readArray(message: ProtobufReader, depth: number, limits: CountedLimits): AnyValue[] {
  const values: AnyValue[] = [];
  while (message.next()) {
    if (message.field === VALUES && takeElement(limits))
      values.push(readAnyValue(message.message(), depth + 1, limits));
  }
  return values;
}

function readList(message: ProtobufReader, depth: number, limits: CountedLimits): Map<string, AnyValue> {
  const list = new Map<string, AnyValue>();
  while (message.next()) {
    if (message.field !== VALUES || !takeElement(limits)) continue;
    const [name, value] = readKeyValue(message.message(), depth + 1, limits);
    list.set(name, value);
  }
  return list;
}
