import { setImmediate } from 'node:timers/promises';

// What a push or another reader may have to wait for.
const LONGEST_MS = 10;

/** Keeps long work from keeping the event loop: it rests for a turn once it has gone on for 10 ms. */
export class Stretches {
  readonly #clock: () => number;
  #start: number;
  #spent = 0;

  /** @param clock monotonic milliseconds */
  constructor(clock: () => number) {
    this.#clock = clock;
    this.#start = clock();
  }

  /** To be called often: lets the event loop turn if the stretch has been long enough. */
  async rest(): Promise<void> {
    const stretch = this.#clock() - this.#start;
    if (stretch < LONGEST_MS) return;
    this.#spent += stretch;
    await setImmediate();
    this.#start = this.#clock();
  }

  /** Milliseconds of work so far, without the rests. */
  spent(): number {
    return this.#spent + this.#clock() - this.#start;
  }
}
