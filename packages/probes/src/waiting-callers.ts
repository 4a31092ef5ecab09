import type { PoolWait, WaitResult } from '@outrider/core';

interface Caller {
  began: number;
  readonly wait: PoolWait | undefined;
  over: boolean;
}

/** A caller that waits. */
export interface WaitingCaller {
  /** Sets when its wait began to now: for a library that takes that time later in the caller's call. */
  beginsNow(): void;
  /** Ends its wait; after the first end, whoever ended it, it does nothing. */
  end(result: WaitResult): void;
}

// The library reads its clock before we read ours, and the process may be paused in between.
const CLOCK_TOLERANCE_MS = 20;

/** The callers that wait for a pool whose library tells how long one has waited, and not which one it was. */
export class WaitingCallers {
  readonly #clock: () => number;
  readonly #callers: Caller[] = [];

  /** @param clock the time by which the library tells how long a caller waited, in milliseconds */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** How many wait. */
  get size(): number {
    return this.#callers.length;
  }

  /** One more waits from now on. */
  begin(wait: PoolWait | undefined): WaitingCaller {
    const caller: Caller = { began: this.#clock(), wait, over: false };
    this.#callers.push(caller);
    return {
      beginsNow: () => {
        caller.began = this.#clock();
      },
      end: (result) => {
        if (!caller.over) this.#end(this.#callers.indexOf(caller), result);
      },
    };
  }

  /** The wait that took this long has ended: of those that began next to that time, the first. */
  endAfter(milliseconds: number, result: WaitResult): void {
    this.#end(this.#nearest(milliseconds), result);
  }

  /**
   * The wait that took this long has ended with what was waited for, in a library that serves its callers in the order in
   * which they came: who came well before that one and is still here has left without a word, and is dropped.
   */
  serveAfter(milliseconds: number): void {
    const nearest = this.#callers[this.#nearest(milliseconds)];
    const served = nearest === undefined ? this.size : this.#firstSince(nearest.began - CLOCK_TOLERANCE_MS);
    this.keep(this.size - served);
    this.#end(0, 'ok');
  }

  #nearest(milliseconds: number): number {
    const began = this.#clock() - milliseconds;
    const after = this.#firstSince(began);
    const before = this.#callers[after - 1];
    const later = this.#callers[after];
    const isBefore = before !== undefined && (later === undefined || began - before.began <= later.began - began);
    return isBefore ? this.#firstSince(before.began) : after;
  }

  // They are in the order in which they began, and thousands may have begun in one millisecond.
  #firstSince(time: number): number {
    let [low, high] = [0, this.#callers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#callers[middle]!.began < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Drops the oldest, until so many are left. */
  keep(count: number): void {
    while (this.#callers.length > count) this.#end(0, 'error');
  }

  #end(at: number, result: WaitResult): void {
    const caller = this.#callers[at];
    if (caller === undefined) return;
    this.#callers.splice(at, 1);
    caller.over = true;
    caller.wait?.end(result);
  }
}
