import { doubleOf, integerOf, isAbsent, isObject } from '../receivers/json-fields.ts';
import type { JsonObject } from '../receivers/json-fields.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** Where a JSON message is being written to. */
export interface Target {
  readonly writer: ProtobufWriter;
  /** Data points that were left out. */
  leftOut: number;
  /** The field that was last found not to be of its type; empty if none was. */
  wrong: string;
}

/** Writes a value as one field; false if it is not of the field's type, and then what was written is of no use. */
export type FieldWriter = (to: Target, value: unknown) => boolean;

/** Writes the fields of a message; false as a {@link FieldWriter} does. */
export type MessageWriter = (to: Target, from: JsonObject) => boolean;

const DIGITS = /^[0-9]{1,20}$/;
// Fewer digits are an integer that a double holds, and that is also one of 63 bits.
const LONG_DIGITS = 16;
const HEX = /^(?:[0-9a-fA-F]{2})*$/;
const UINT32_END = 2 ** 32;
const INT64_END = 2n ** 63n;
const UINT64_END = 2n ** 64n;

/** A message by the JSON names of its fields. Fields that are not among them are left out, null is one that is not there. */
export function messageOf(fields: Readonly<Record<string, FieldWriter>>): MessageWriter {
  const fromTheEnd = Object.entries(fields).toReversed();
  return (to, from) => {
    for (const [name, write] of fromTheEnd) {
      const value = from[name];
      if (isAbsent(value) || write(to, value)) continue;
      to.wrong ||= name;
      return false;
    }
    return true;
  };
}

/** A nested message. */
export function message(field: number, writeFields: MessageWriter): FieldWriter {
  return (to, value) => {
    const end = to.writer.length;
    if (!isObject(value) || !writeFields(to, value)) return false;
    to.writer.close(field, end);
    return true;
  };
}

/** What becomes of the rest if one message of a repeated field is not of its type. */
export type OnWrong = (to: Target, value: unknown, leftOutBefore: number) => boolean;

/**
 * A repeated field of messages.
 *
 * @param onWrong whether the others can do without one that is not of its type; by default they cannot
 */
export function messages(field: number, writeFields: MessageWriter, onWrong: OnWrong = () => false): FieldWriter {
  const write = message(field, writeFields);
  return (to, values) => {
    if (!Array.isArray(values)) return false;
    for (let i = values.length - 1; i >= 0; i -= 1) {
      const end = to.writer.length;
      const leftOut = to.leftOut;
      const value: unknown = values[i];
      if (write(to, value)) continue;
      if (!onWrong(to, value, leftOut)) return false;
      to.wrong = '';
      to.writer.rewind(end);
    }
    return true;
  };
}

/** A repeated field of texts. */
export function texts(field: number): FieldWriter {
  const write = text(field);
  return (to, values) => {
    if (!Array.isArray(values)) return false;
    for (let i = values.length - 1; i >= 0; i -= 1) if (!write(to, values[i])) return false;
    return true;
  };
}

/** A text. */
export function text(field: number): FieldWriter {
  return ({ writer }, value) => {
    if (typeof value !== 'string') return false;
    writer.string(field, value);
    return true;
  };
}

/** A flag. */
export function bool(field: number): FieldWriter {
  return ({ writer }, value) => {
    if (typeof value !== 'boolean') return false;
    writer.bool(field, value);
    return true;
  };
}

/** Bytes that OTLP/JSON has in hexadecimal digits: the ids of traces and spans. */
export function hex(field: number): FieldWriter {
  return ({ writer }, value) => {
    if (typeof value !== 'string' || !HEX.test(value)) return false;
    writer.bytes(field, Buffer.from(value, 'hex'));
    return true;
  };
}

/** An enum, by number or by name. */
export function enumeration(field: number, names: readonly string[]): FieldWriter {
  return ({ writer }, value) => {
    const number = typeof value === 'string' ? names.indexOf(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number >= 2 ** 31) return false;
    writer.uint32(field, number);
    return true;
  };
}

/** An unsigned integer of 32 bits. */
export function uint32(field: number): FieldWriter {
  return ({ writer }, value) => {
    const number = integerOf(value);
    if (typeof number !== 'number' || number < 0 || number >= UINT32_END) return false;
    writer.uint32(field, number);
    return true;
  };
}

/** A signed integer of 32 bits. */
export function sint32(field: number): FieldWriter {
  return ({ writer }, value) => {
    const number = integerOf(value);
    if (typeof number !== 'number' || (number | 0) !== number) return false;
    writer.sint32(field, number);
    return true;
  };
}

/** A number, or the text of one that JSON has none for: NaN, Infinity, -Infinity. */
export function double(field: number): FieldWriter {
  return ({ writer }, value) => {
    const number = doubleOf(value);
    if (number === undefined) return false;
    writer.double(field, number);
    return true;
  };
}

/** An unsigned integer of 64 bits, as a number or a text. */
export function fixed64(field: number): FieldWriter {
  return ({ writer }, value) => {
    const number = unsignedOf(value);
    if (number === undefined) return false;
    writer.fixed64(field, number);
    return true;
  };
}

/** A signed integer of 64 bits, as a number or a text. */
export function sfixed64(field: number): FieldWriter {
  return ({ writer }, value) => {
    const number = signedOf(value);
    if (number === undefined) return false;
    writer.fixed64(field, number);
    return true;
  };
}

/** A repeated field of numbers in one piece. */
function packed<Value>(
  field: number,
  read: (element: unknown) => Value | undefined,
  write: (writer: ProtobufWriter, element: Value) => void,
): FieldWriter {
  return ({ writer }, values) => {
    if (!Array.isArray(values)) return false;
    const end = writer.length;
    for (let i = values.length - 1; i >= 0; i -= 1) {
      const element = read(values[i]);
      if (element === undefined) return false;
      write(writer, element);
    }
    writer.close(field, end);
    return true;
  };
}

/** A repeated field of {@link double}, packed. */
export function doubles(field: number): FieldWriter {
  return packed(field, doubleOf, (writer, element) => writer.doubleElement(element));
}

/** A repeated field of {@link fixed64}, packed. */
export function fixed64s(field: number): FieldWriter {
  return packed(field, unsignedOf, (writer, element) => writer.fixed64Element(element));
}

/** As {@link fixed64s}, in as few bytes as each takes. */
export function uint64s(field: number): FieldWriter {
  return packed(field, unsignedOf, (writer, element) => writer.uint64Element(element));
}

/** An integer from -2^63 to 2^63-1; undefined if it is none. */
export function signedOf(value: unknown): number | bigint | undefined {
  const integer = integerOf(value);
  if (typeof integer !== 'number' || Number.isSafeInteger(integer)) return integer;
  // JSON.parse makes 2^63 of the digits of 2^63-1.
  return integer >= 2 ** 63 ? INT64_END - 1n : BigInt(integer);
}

/** An integer from 0 to 2^64-1; undefined if it is none. */
function unsignedOf(value: unknown): number | bigint | undefined {
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || value < 0 || value > 2 ** 64) return undefined;
    if (Number.isSafeInteger(value)) return value + 0;
    return value === 2 ** 64 ? UINT64_END - 1n : BigInt(value);
  }
  if (typeof value !== 'string') return undefined;
  if (value.length < LONG_DIGITS) {
    const integer = integerOf(value);
    return typeof integer === 'number' && integer >= 0 ? integer : undefined;
  }
  if (!DIGITS.test(value)) return undefined;
  const exact = BigInt(value);
  return exact < UINT64_END ? exact : undefined;
}
