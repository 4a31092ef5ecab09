import { GrowingBytes } from './growing-bytes.ts';
import type { ServerContext } from './server-collector.ts';

/** A message of a PostgreSQL server: the letter of its type, and what follows its length. */
export interface PgMessage {
  readonly type: string;
  readonly body: Buffer;
}

/** What the other side sent is no PostgreSQL protocol. */
export class PgProtocolError extends Error {}

const HEADER = 5;

/** Cuts what comes over a connection into messages, and holds no more of it than one message. */
export class PgMessageReader {
  readonly #context: ServerContext;
  readonly #bytes = new GrowingBytes();
  #needed = HEADER;

  /** @param context of which `replyBytes` is the longest message that is taken */
  constructor(context: ServerContext) {
    this.#context = context;
  }

  /**
   * Takes a chunk, and gives every message that is whole by now.
   *
   * @throws {PgProtocolError} if a message says that it is shorter than its header, or longer than permitted
   */
  *read(chunk: Buffer): Generator<PgMessage, void> {
    this.#bytes.append(chunk);
    if (this.#bytes.length < this.#needed) return;
    let rest = this.#bytes.all();
    this.#bytes.clear();
    while (rest.length >= HEADER) {
      const end = 1 + this.#bodyLength(rest);
      if (rest.length < end) {
        this.#keep(rest, end);
        return;
      }
      yield { type: String.fromCharCode(rest[0]!), body: rest.subarray(HEADER, end) };
      rest = rest.subarray(end);
    }
    this.#keep(rest, HEADER);
  }

  // The length counts itself, and not the letter before it.
  #bodyLength(bytes: Buffer): number {
    const length = bytes.readInt32BE(1);
    if (length < 4) throw new PgProtocolError('a message is shorter than its header');
    const { replyBytes, onTooLong } = this.#context;
    if (length > replyBytes) {
      onTooLong();
      // Whatever else listens there, an HTTP server for one, begins with bytes that make an enormous length.
      throw new PgProtocolError(`a message is longer than ${replyBytes} bytes; is it PostgreSQL that listens there?`);
    }
    return length;
  }

  #keep(rest: Buffer, needed: number): void {
    if (rest.length > 0) this.#bytes.append(rest);
    this.#needed = needed;
  }
}

/** Writes a message: its letter, or '' for the one that begins a connection, and its parts; text ends with a zero. */
export function pgMessage(type: string, ...parts: ReadonlyArray<Buffer | string>): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)));
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(type, 'latin1'), length, body]);
}

/** A 32-bit integer as the protocol has them. */
export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** Reads the fields of a message one after the other, and never beyond its end. */
export class PgFields {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  /** @throws {PgProtocolError} as all others here, if the message ends before */
  int16(): number {
    return this.bytes(2).readInt16BE();
  }

  int32(): number {
    return this.bytes(4).readInt32BE();
  }

  /** Text that ends with a zero. */
  text(): string {
    const end = this.#body.indexOf(0, this.#at);
    if (end === -1) throw new PgProtocolError('a message ends too early');
    const length = end - this.#at;
    return this.bytes(length + 1).toString('utf8', 0, length);
  }

  bytes(length: number): Buffer {
    const end = this.#at + length;
    if (length < 0 || end > this.#body.length) throw new PgProtocolError('a message ends too early');
    const bytes = this.#body.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  /** What is left. */
  rest(): Buffer {
    return this.bytes(this.#body.length - this.#at);
  }
}
