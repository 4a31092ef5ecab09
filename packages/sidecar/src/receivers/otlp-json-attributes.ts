import { beginAttribute, takeElement } from './counted-limits.ts';
import type { CountedLimits } from './counted-limits.ts';
import { RequestError } from '../http/request-error.ts';
import { doubleOf, integerOf, isAbsent, isObject } from './json-fields.ts';
import type { AnyValue, RawAttributes } from './otlp-parts.ts';

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * How deep a JSON text may nest so that an attribute may nest `anyValueDepth` deep: the value of an attribute of an
 * exemplar, the deepest place of the protocol, is the 15th level, each level in it adds four at most, and an empty list
 * in the last one two.
 */
export function structuralDepth(anyValueDepth: number): number {
  return 15 + 4 * (anyValueDepth - 1) + 2;
}

/**
 * Reads an array of KeyValue; `undefined` if it is none.
 *
 * @throws {RequestError} 400 if a value nests deeper than the limit
 */
export function readAttributes(value: unknown, limits: CountedLimits): RawAttributes | undefined {
  if (isAbsent(value)) return [];
  if (!Array.isArray(value)) return undefined;
  const attributes: Array<readonly [string, AnyValue]> = [];
  for (const entry of value) {
    if (!isObject(entry)) return undefined;
    const name = entry.key ?? '';
    const read = readAnyValue(entry.value, 1, beginAttribute(limits));
    if (typeof name !== 'string' || read === undefined) return undefined;
    attributes.push([name, read]);
  }
  return attributes;
}

function readAnyValue(from: unknown, depth: number, limits: CountedLimits): AnyValue | undefined {
  if (depth > limits.anyValueDepth) {
    const message = `The value of an attribute nests deeper than ${limits.anyValueDepth} levels.`;
    throw new RequestError(400, message, { limit: 'depth' });
  }
  if (isAbsent(from)) return null;
  if (!isObject(from)) return undefined;
  const { stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue } = from;
  if (!isAbsent(stringValue)) return typeof stringValue === 'string' ? stringValue : undefined;
  if (!isAbsent(boolValue)) return typeof boolValue === 'boolean' ? boolValue : undefined;
  if (!isAbsent(intValue)) return integerOf(intValue);
  if (!isAbsent(doubleValue)) return doubleOf(doubleValue);
  if (!isAbsent(bytesValue)) return readBytes(bytesValue);
  if (!isAbsent(arrayValue)) return readArray(arrayValue, depth, limits);
  return isAbsent(kvlistValue) ? null : readList(kvlistValue, depth, limits);
}

function readBytes(value: unknown): Uint8Array | undefined {
  return typeof value === 'string' && BASE64.test(value) ? Buffer.from(value, 'base64') : undefined;
}

function readArray(from: unknown, depth: number, limits: CountedLimits): AnyValue[] | undefined {
  const values = valuesOf(from);
  if (values === undefined) return undefined;
  const array: AnyValue[] = [];
  for (const element of values) {
    if (!takeElement(limits)) break;
    const value = readAnyValue(element, depth + 1, limits);
    if (value === undefined) return undefined;
    array.push(value);
  }
  return array;
}

function readList(from: unknown, depth: number, limits: CountedLimits): Map<string, AnyValue> | undefined {
  const values = valuesOf(from);
  if (values === undefined) return undefined;
  const list = new Map<string, AnyValue>();
  for (const entry of values) {
    if (!takeElement(limits)) break;
    if (!isObject(entry)) return undefined;
    const name = entry.key ?? '';
    const value = readAnyValue(entry.value, depth + 1, limits);
    if (typeof name !== 'string' || value === undefined) return undefined;
    list.set(name, value);
  }
  return list;
}

function valuesOf(from: unknown): readonly unknown[] | undefined {
  if (!isObject(from)) return undefined;
  if (isAbsent(from.values)) return [];
  return Array.isArray(from.values) ? from.values : undefined;
}
