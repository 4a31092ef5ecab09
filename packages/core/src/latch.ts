import { within } from './within.ts';

/** A number of things that happen in other threads, to be waited for: the memory in it is shared with them. */
export class Latch {
  /** How many have happened; handed to those who {@link Latch.arrive}. */
  readonly arrived: Int32Array = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #wanted: number;

  /** @param wanted how many are to happen */
  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  /** Says, in whatever thread, that one has happened. */
  static arrive(arrived: Int32Array): void {
    Atomics.add(arrived, 0, 1);
    Atomics.notify(arrived, 0);
  }

  /** Waits for all of them, so many milliseconds at the most; the process is kept alive meanwhile. */
  async wait(milliseconds: number): Promise<void> {
    if (this.#wanted > 0) await within(milliseconds, this.#all(milliseconds));
  }

  async #all(milliseconds: number): Promise<void> {
    for (let seen = this.#seen(); seen < this.#wanted; seen = this.#seen()) {
      const change = Atomics.waitAsync(this.arrived, 0, seen, milliseconds);
      if ((await change.value) === 'timed-out') return;
    }
  }

  /** Waits like {@link wait}, but holds up this thread. */
  block(milliseconds: number): void {
    const deadline = performance.now() + milliseconds;
    for (let seen = this.#seen(); seen < this.#wanted; seen = this.#seen()) {
      const left = deadline - performance.now();
      if (left <= 0 || Atomics.wait(this.arrived, 0, seen, left) === 'timed-out') return;
    }
  }

  #seen(): number {
    return Atomics.load(this.arrived, 0);
  }
}
