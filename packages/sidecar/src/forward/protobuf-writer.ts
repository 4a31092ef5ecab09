const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

/** Texts up to this length are written here, longer ones by Node, whose call costs more than these characters. */
const SHORT_TEXT = 48;

/**
 * Writes one protobuf message (wire format of proto3) from its end to its beginning: the last field first. The length
 * of a nested message stands before it, and is known this way when it has to be written.
 *
 * @example
 * const writer = new ProtobufWriter();
 * const end = writer.length;
 * writer.string(1, 'host.name');
 * writer.close(1, end); // field 1 is a message of which field 1 is the text
 * const bytes = writer.finish();
 */
export class ProtobufWriter {
  #bytes: Buffer;
  /** Where what was written begins. */
  #start: number;

  /** @param size bytes that the message will probably have */
  constructor(size: number = 1024) {
    this.#bytes = Buffer.allocUnsafe(Math.max(64, size));
    this.#start = this.#bytes.length;
  }

  /** Bytes written. */
  get length(): number {
    return this.#bytes.length - this.#start;
  }

  /** A copy of what was written, which holds on to nothing else. */
  finish(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(this.#start));
  }

  /** Takes back everything that was written since `length` was this. */
  rewind(length: number): void {
    this.#start = this.#bytes.length - length;
  }

  /** Makes a length-delimited field of everything that was written since `length` was this. */
  close(field: number, length: number): void {
    this.#varint(this.length - length);
    this.#tag(field, LENGTH_DELIMITED);
  }

  string(field: number, text: string): void {
    const before = this.length;
    this.#text(text);
    this.close(field, before);
  }

  bytes(field: number, bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#start -= bytes.length;
    this.#bytes.set(bytes, this.#start);
    this.#varint(bytes.length);
    this.#tag(field, LENGTH_DELIMITED);
  }

  bool(field: number, value: boolean): void {
    this.#varint(value ? 1 : 0);
    this.#tag(field, VARINT);
  }

  /** Also enum: a non-negative integer of up to 53 bits. */
  uint32(field: number, value: number): void {
    this.#varint(value);
    this.#tag(field, VARINT);
  }

  sint32(field: number, value: number): void {
    this.#varint(((value << 1) ^ (value >> 31)) >>> 0);
    this.#tag(field, VARINT);
  }

  /** @param value an integer from -2^63 to 2^63-1 */
  int64(field: number, value: number | bigint): void {
    this.uint64Element(value < 0 ? BigInt.asUintN(64, BigInt(value)) : value);
    this.#tag(field, VARINT);
  }

  /** Also sfixed64. @param value an integer from -2^63 to 2^64-1 */
  fixed64(field: number, value: number | bigint): void {
    this.fixed64Element(value);
    this.#tag(field, FIXED64);
  }

  double(field: number, value: number): void {
    this.doubleElement(value);
    this.#tag(field, FIXED64);
  }

  /** An element of a packed field, which `close` completes. @param value an integer from 0 to 2^64-1 */
  uint64Element(value: number | bigint): void {
    if (typeof value === 'number') this.#varint(value);
    else this.#longVarint(value);
  }

  /** An element of a packed field, which `close` completes. @param value an integer from -2^63 to 2^64-1 */
  fixed64Element(value: number | bigint): void {
    this.#reserve(8);
    this.#start -= 8;
    if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
      this.#bytes.writeUInt32LE(value >>> 0, this.#start);
      this.#bytes.writeUInt32LE(Math.floor(value / 2 ** 32), this.#start + 4);
    } else {
      this.#bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), this.#start);
    }
  }

  /** An element of a packed field, which `close` completes. */
  doubleElement(value: number): void {
    this.#reserve(8);
    this.#start -= 8;
    this.#bytes.writeDoubleLE(value, this.#start);
  }

  #text(text: string): void {
    // A lone surrogate has no UTF-8: it becomes U+FFFD, and a text with one, or with any other character that is not
    // ASCII, is left to Node.
    if (text.length <= SHORT_TEXT && this.#ascii(text)) return;
    const length = Buffer.byteLength(text);
    this.#reserve(length);
    this.#start -= length;
    this.#bytes.write(text, this.#start, length, 'utf8');
  }

  #ascii(text: string): boolean {
    this.#reserve(text.length);
    const start = this.#start - text.length;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      this.#bytes[start + i] = code;
    }
    this.#start = start;
    return true;
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  /** A non-negative integer of up to 53 bits. */
  #varint(value: number): void {
    let size = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
    this.#reserve(size);
    this.#start -= size;
    let at = this.#start;
    let rest = value;
    for (; rest >= 2 ** 31; rest = Math.floor(rest / 0x80)) this.#bytes[at++] = (rest % 0x80) | 0x80;
    for (; rest >= 0x80; rest >>>= 7) this.#bytes[at++] = (rest & 0x7f) | 0x80;
    this.#bytes[at] = rest;
  }

  #longVarint(value: bigint): void {
    const groups: number[] = [];
    for (let rest = value; ; rest >>= 7n) {
      groups.push(Number(rest & 0x7fn));
      if (rest < 0x80n) break;
    }
    this.#reserve(groups.length);
    this.#start -= groups.length;
    for (const [i, group] of groups.entries()) {
      this.#bytes[this.#start + i] = i === groups.length - 1 ? group : group | 0x80;
    }
  }

  #reserve(size: number): void {
    if (size <= this.#start) return;
    const grown = Buffer.allocUnsafe(2 * (this.#bytes.length + size));
    const start = grown.length - this.length;
    this.#bytes.copy(grown, start, this.#start);
    this.#bytes = grown;
    this.#start = start;
  }
}
