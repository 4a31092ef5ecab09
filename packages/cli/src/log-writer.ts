import { write } from 'node:fs';

// What waits for a reader that takes nothing; some five hundred lines.
const WAITING_BYTES = 64 * 1024;

// How soon it is tried again to write to a pipe that was full: a second, and at the end as soon as may be.
const RETRY_MS = 1_000;
const LAST_RETRY_MS = 20;

/**
 * Writes lines to a file descriptor without ever waiting for it: a pipe that nobody reads, a full or hung disk and a
 * descriptor that was closed keep nobody from going on. One write at a time, in the thread pool; a bounded number of
 * lines waits for it.
 *
 * @example new LogWriter(2).write('2026-11-21T08:00:00.000Z info ready\n');
 */
export class LogWriter {
  readonly #fd: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #writing = false;
  #ending = false;
  #onIdle: (() => void) | undefined;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Writes a line some time soon; false, and not at all, if too much waits already. */
  write(line: string): boolean {
    const bytes = Buffer.from(line);
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes.length > WAITING_BYTES) return false;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (!this.#writing) this.#next();
    return true;
  }

  /** Resolves when all is written, or after so many milliseconds. */
  async drain(atMostMs: number): Promise<void> {
    this.#ending = true;
    if (this.#waiting.length === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    const impatience = setTimeout(resolve, atMostMs);
    await promise;
    clearTimeout(impatience);
  }

  #next(): void {
    if (this.#waiting.length === 0) return this.#onIdle?.();
    // All that waits in one write.
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [bytes];
    this.#writing = true;
    write(this.#fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') return this.#later();
      this.#writing = false;
      // What cannot be written is gone: a disk that has room again gets what comes then.
      this.#drop(bytes, error === null ? written : bytes.length);
      this.#next();
    });
  }

  /** A pipe that another process made non-blocking, and that is full. */
  #later(): void {
    setTimeout(() => this.#next(), this.#ending ? LAST_RETRY_MS : RETRY_MS).unref();
  }

  /** Forgets the beginning of what waits, which is written. */
  #drop(first: Buffer, bytes: number): void {
    const [, ...rest] = this.#waiting;
    this.#waiting = bytes < first.length ? [first.subarray(bytes), ...rest] : rest;
    this.#waitingBytes -= bytes;
  }
}
