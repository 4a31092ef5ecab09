import { GrowingBytes } from './growing-bytes.ts';

/**
 * What has come of an answer, as one piece of memory however many pieces it came in, and never searched twice. How long
 * it may get is the wire's affair.
 */
export class ReplyBuffer {
  readonly #bytes = new GrowingBytes();
  #taken = 0;
  #searched = 0;

  /** Whether all that has come was taken. */
  get empty(): boolean {
    return this.#taken === this.#bytes.length;
  }

  append(chunk: Buffer): void {
    this.#bytes.append(chunk);
  }

  /** Takes a line, without its end; undefined if it has not come as a whole. Bytes that are no UTF-8 become U+FFFD. */
  line(): string | undefined {
    const end = this.#bytes.all().indexOf('\r\n', this.#searched, 'latin1');
    if (end < 0) {
      // A CR at the end may be half of a line's end.
      this.#searched = Math.max(this.#taken, this.#bytes.length - 1);
      return undefined;
    }
    const text = this.#bytes.all().toString('utf8', this.#taken, end);
    this.#take(end + 2);
    return text;
  }

  /** Takes so many bytes as text; undefined if they have not come. */
  text(length: number): string | undefined {
    const end = this.#taken + length;
    if (end > this.#bytes.length) return undefined;
    const text = this.#bytes.all().toString('utf8', this.#taken, end);
    this.#take(end);
    return text;
  }

  /** Forgets everything, the memory too. */
  clear(): void {
    this.#bytes.clear();
    this.#taken = 0;
    this.#searched = 0;
  }

  #take(end: number): void {
    this.#taken = end;
    this.#searched = end;
  }
}
