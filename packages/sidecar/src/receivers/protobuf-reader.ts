import { RequestError } from '../http/request-error.ts';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

// A packed number costs a fraction of a field, and is limited by its list. A histogram has dozens.
const PACKED_PER_VALUE = 8;

/** How many fields and eights of packed numbers may still be read, shared by all readers of one body. */
export interface FieldBudget {
  left: number;
}

/**
 * Reads the fields of one protobuf message (wire format of proto3), in the order they were sent. `next()` moves to the
 * next field and passes over the value of the last one where it was not read.
 *
 * Every method throws {@link RequestError} 400 where the bytes are no such message, 413 where the budget is used up.
 */
export class ProtobufReader {
  /** Number of the field that `next()` moved to. */
  field = 0;

  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #budget: FieldBudget;
  #position: number;
  #wireType = 0;
  #unread = false;
  #low = 0;
  #high = 0;

  constructor(bytes: Buffer, budget: FieldBudget, start: number = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#budget = budget;
    this.#start = start;
    this.#end = end;
    this.#position = start;
  }

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#unread) this.#skip();
    if (this.#position === this.#end) return false;
    this.#spend(1);
    this.#readVarint();
    this.field = this.#low >>> 3;
    this.#wireType = this.#low & 7;
    this.#unread = true;
    if (this.#high !== 0 || this.field === 0) throw malformed('a field number is out of range');
    return true;
  }

  /** Where in the body the value of the field begins that `next()` moved to, as long as it was not read. */
  get offset(): number {
    return this.#position;
  }

  /** A reader of the same message from its beginning. */
  again(): ProtobufReader {
    return new ProtobufReader(this.#bytes, this.#budget, this.#start, this.#end);
  }

  /** A reader of the message in this field. */
  message(): ProtobufReader {
    this.#expect(LENGTH_DELIMITED);
    const start = this.#span();
    return new ProtobufReader(this.#bytes, this.#budget, start, this.#position);
  }

  string(): string {
    this.#expect(LENGTH_DELIMITED);
    const start = this.#span();
    return this.#bytes.toString('utf8', start, this.#position);
  }

  /** The bytes of the field, not copied. */
  bytes(): Uint8Array {
    this.#expect(LENGTH_DELIMITED);
    const start = this.#span();
    return this.#bytes.subarray(start, this.#position);
  }

  bool(): boolean {
    this.#varint();
    return (this.#low | this.#high) !== 0;
  }

  /** int32 and uint32 of up to 31 bits: the low bits, signed. */
  int32(): number {
    this.#varint();
    return this.#low;
  }

  sint32(): number {
    this.#varint();
    return (this.#low >>> 1) ^ -(this.#low & 1);
  }

  /** A number where a double holds it exactly, else a bigint. */
  int64(): number | bigint {
    this.#varint();
    const number = this.#high * 2 ** 32 + (this.#low >>> 0);
    return Number.isSafeInteger(number) ? number : (BigInt(this.#high) << 32n) | BigInt(this.#low >>> 0);
  }

  /** The nearest double. */
  sfixed64(): number {
    this.#expect(FIXED64);
    return this.#signed64(this.#take(8));
  }

  /** The nearest double. */
  fixed64(): number {
    this.#expect(FIXED64);
    return this.#unsigned64(this.#take(8));
  }

  double(): number {
    this.#expect(FIXED64);
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  /** Adds repeated doubles, packed or not, to a list, which grows to `maximum + 1` elements at most. */
  doubles(list: number[], maximum: number): void {
    this.#repeated(FIXED64, list, maximum, () => this.#bytes.readDoubleLE(this.#take(8)));
  }

  /** Adds repeated fixed64, packed or not, to a list, which grows to `maximum + 1` elements at most. */
  fixed64s(list: number[], maximum: number): void {
    this.#repeated(FIXED64, list, maximum, () => this.#unsigned64(this.#take(8)));
  }

  /** Adds repeated uint64, packed or not, to a list, which grows to `maximum + 1` elements at most. */
  uint64s(list: number[], maximum: number): void {
    this.#repeated(VARINT, list, maximum, () => {
      this.#readVarint();
      return (this.#high >>> 0) * 2 ** 32 + (this.#low >>> 0);
    });
  }

  #repeated(wireType: number, list: number[], maximum: number, read: () => number): void {
    const packed = this.#wireType === LENGTH_DELIMITED;
    this.#expect(packed ? LENGTH_DELIMITED : wireType);
    if (!packed) {
      const value = read();
      if (list.length <= maximum) list.push(value);
      return;
    }
    const start = this.#span();
    const end = this.#position;
    this.#position = start;
    while (this.#position < end && list.length <= maximum) {
      if (list.length % PACKED_PER_VALUE === 0) this.#spend(1);
      list.push(read());
    }
    if (this.#position > end) throw malformed('a packed number passes the end of its field');
    this.#position = end;
  }

  #varint(): void {
    this.#expect(VARINT);
    this.#readVarint();
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) {
      throw malformed(`field ${this.field} has wire type ${this.#wireType}, not ${wireType}`);
    }
    this.#unread = false;
  }

  #skip(): void {
    this.#unread = false;
    if (this.#wireType === VARINT) this.#readVarint();
    else if (this.#wireType === FIXED64) this.#take(8);
    else if (this.#wireType === LENGTH_DELIMITED) this.#span();
    else if (this.#wireType === FIXED32) this.#take(4);
    else throw malformed(`field ${this.field} has wire type ${this.#wireType}`);
  }

  /** Passes over a length-delimited value and gives where it starts. */
  #span(): number {
    this.#readVarint();
    return this.#take((this.#high >>> 0) * 2 ** 32 + (this.#low >>> 0));
  }

  /** Passes over bytes and gives where they start. */
  #take(length: number): number {
    const start = this.#position;
    if (length > this.#end - start) throw malformed('it ends in the middle of a field');
    this.#position = start + length;
    return start;
  }

  #unsigned64(at: number): number {
    return this.#bytes.readUInt32LE(at + 4) * 2 ** 32 + this.#bytes.readUInt32LE(at);
  }

  #signed64(at: number): number {
    return this.#bytes.readInt32LE(at + 4) * 2 ** 32 + this.#bytes.readUInt32LE(at);
  }

  /** Reads a varint of up to 64 bits into two halves, since a double holds only 53. */
  #readVarint(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#position === this.#end) throw malformed('it ends in the middle of a number');
      const byte = this.#bytes[this.#position] ?? 0;
      this.#position += 1;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.#low = low;
        this.#high = high;
        return;
      }
    }
    throw malformed('a number is longer than 10 bytes');
  }

  #spend(values: number): void {
    this.#budget.left -= values;
    if (this.#budget.left >= 0) return;
    const message = 'The body holds too many values: send fewer data points.';
    throw new RequestError(413, message, { limit: 'valuesPerRequest' });
  }
}

function malformed(problem: string): RequestError {
  return new RequestError(400, `The body is not a valid protobuf message: ${problem}.`);
}
