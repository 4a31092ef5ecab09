const FIRST_BYTES = 4096;

/**
 * Bytes that come in pieces, copied to one piece of memory that doubles when it is full: a piece that is kept would take
 * a few hundred bytes, however short it is, and a server may send millions of one byte each.
 */
export class GrowingBytes {
  #memory: Buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (length > this.#memory.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, 2 * this.#memory.length, FIRST_BYTES));
      this.#memory.copy(grown, 0, 0, this.#length);
      this.#memory = grown;
    }
    piece.copy(this.#memory, this.#length);
    this.#length = length;
  }

  /** All that has come, not copied: it stays what it is, also after {@link clear}. */
  all(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  /** Begins anew, with other memory. */
  clear(): void {
    this.#memory = Buffer.alloc(0);
    this.#length = 0;
  }
}
