import type { ByteBudget } from './byte-budget.ts';

// What fills at least half of the memory that it keeps alive is kept as it came; the rest is copied into blocks.
const KEPT_BYTES = 4_096;
const FIRST_BLOCK_BYTES = 1_024;
const LARGEST_BLOCK_BYTES = 65_536;

/**
 * A body as it arrives, in parts that are never copied again: a buffer that grows would leave as much garbage as the body
 * is long, and a list of chunks of one byte each a hundred times that. Its bytes count against the budget; the memory that
 * they take is at most twice that, and 1 KiB.
 */
export class BodyParts {
  readonly #budget: ByteBudget;
  #parts: Buffer[] = [];
  #room: Buffer = Buffer.alloc(0);
  #blockBytes = FIRST_BLOCK_BYTES;
  #taken = 0;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** What has arrived. */
  get parts(): readonly Buffer[] {
    return this.#parts;
  }

  /** Adds a chunk; false if the budget is used up. */
  add(chunk: Buffer): boolean {
    if (!this.#budget.take(chunk.length)) return false;
    this.#taken += chunk.length;
    if (chunk.length >= KEPT_BYTES && 2 * chunk.length >= chunk.buffer.byteLength) this.#parts.push(chunk);
    else this.#copy(chunk);
    return true;
  }

  /** Gives its memory back. */
  release(): void {
    this.#budget.give(this.#taken);
    this.#taken = 0;
    this.#parts = [];
    this.#room = Buffer.alloc(0);
  }

  #copy(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#room.length === 0) this.#addBlock();
      const length = chunk.copy(this.#room, 0, at);
      this.#append(this.#room.subarray(0, length));
      this.#room = this.#room.subarray(length);
      at += length;
    }
  }

  #addBlock(): void {
    this.#room = Buffer.allocUnsafeSlow(this.#blockBytes);
    this.#blockBytes = Math.min(2 * this.#blockBytes, LARGEST_BLOCK_BYTES);
  }

  /** Adds a view, to the one before where that ends where this begins. */
  #append(view: Buffer): void {
    const last = this.#parts.at(-1);
    if (last?.buffer === view.buffer && last.byteOffset + last.length === view.byteOffset) {
      this.#parts[this.#parts.length - 1] = Buffer.from(last.buffer, last.byteOffset, last.length + view.length);
    } else this.#parts.push(view);
  }
}
