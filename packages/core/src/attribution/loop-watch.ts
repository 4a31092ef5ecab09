import { performance } from 'node:perf_hooks';

/** What is known of the event loop at a moment. */
export interface LoopClock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Milliseconds that the loop has waited for events in all. */
  idle(): number;
  /** How often it has asked for events. */
  polls(): number;
}

const LOOP: LoopClock = {
  now: () => performance.now(),
  idle: () => performance.nodeTiming.idleTime,
  polls: () => performance.nodeTiming.uvMetricsInfo.loopCount,
};

/**
 * From how many milliseconds without a look for events the loop is blocked. A request's own code and that of the others
 * served in the same turn take less, except where the server is in trouble.
 */
const BLOCK_MS = 5;

/** Blocks that are remembered; those that follow one another without a pause are one. */
const CAPACITY = 1024;

interface Block {
  readonly from: number;
  until: number;
}

/**
 * Knows when the event loop was blocked, and what it can have heard of when. While somebody {@link retain}s it, an immediate
 * notes the end of every turn, right after the callbacks of what was polled. It is unref'd: it neither keeps the process
 * alive nor the loop from waiting.
 */
export class LoopWatch {
  readonly #clock: LoopClock;
  readonly #schedule: (callback: () => void) => void;
  readonly #blocks: Block[] = [];
  #holders = 0;
  #scheduled = false;
  // The turn under way: when it began, and the loop's figures then.
  #turnAt = 0;
  #idleAt = 0;
  #pollsAt = 0;
  /** When its poll had returned, as far as anybody has looked; -1 before. */
  #polledAt = -1;
  /** Whether nothing was there to be polled, so that the loop waited. */
  #waited = false;
  /** Since when the loop is busy. */
  #busySince = 0;
  /** When the poll of the turn before returned, at the earliest. */
  #polledBefore = 0;

  /** @param schedule calls back once, at the end of the turn */
  constructor(
    clock: LoopClock = LOOP,
    schedule: (callback: () => void) => void = (callback) => void setImmediate(callback).unref(),
  ) {
    this.#clock = clock;
    this.#schedule = schedule;
  }

  /** Monotonic milliseconds, as all times here. */
  now(): number {
    return this.#clock.now();
  }

  /** Watches from now on, until {@link release} was called as often. */
  retain(): void {
    if (this.#holders++ > 0 || this.#scheduled) return;
    this.#scheduled = true;
    this.#polledBefore = this.#clock.now();
    this.#beginTurn(this.#polledBefore, this.#clock.idle());
    this.#schedule(this.#onTurn);
  }

  /** Takes one {@link retain} back. */
  release(): void {
    this.#holders--;
  }

  /** Before it nothing changes any more: what is heard of from now on had not happened by then. */
  get settledUntil(): number {
    return this.#polledBefore;
  }

  /**
   * When what began at `from`, and was heard of now, was over.
   *
   * Where the loop was not blocked: now. Where it was, the poll of this turn had found it and the one before had not, so
   * that it was over somewhere between the two; where this poll had to wait for it, that is when it returned. Else nobody
   * can tell: taken is the geometric mean of the shortest and the longest that it can have lasted, the median where all
   * orders of magnitude are as likely. What had begun right before a long block is then over soon after, and what had
   * lasted much longer than the block is over in the middle of it.
   */
  overAt(from: number, now: number): number {
    this.#look(now);
    const polled = this.#polledAt >= 0;
    const latest = polled ? this.#polledAt : now;
    const earliest = polled && this.#waited ? latest : this.#polledBefore;
    if (now - Math.max(earliest, from) < BLOCK_MS) return now;
    // Nothing was polled meanwhile: it waited for this thread alone.
    if (from >= latest) return from;
    return from + Math.sqrt(Math.max(0, earliest - from) * (latest - from));
  }

  /** For how many milliseconds between two moments, the later of them now at the most, the loop was blocked. */
  blocked(from: number, until: number): number {
    const now = this.#clock.now();
    this.#look(now);
    let total = now - this.#busySince < BLOCK_MS ? 0 : overlap(this.#busySince, now, from, until);
    for (let at = this.#blocks.length - 1; at >= 0; at--) {
      const block = this.#blocks[at]!;
      if (block.until <= from) break;
      total += overlap(block.from, block.until, from, until);
    }
    return total;
  }

  // The first look after the poll tells when it returned: whoever calls here runs in one of the callbacks that it led to.
  #look(now: number): void {
    if (this.#polledAt >= 0 || this.#clock.polls() === this.#pollsAt) return;
    this.#polledAt = now;
    const waited = this.#clock.idle() - this.#idleAt;
    if (waited <= 0) return;
    this.#waited = true;
    this.#block(this.#turnAt, now - waited);
    this.#busySince = now;
  }

  readonly #onTurn = (): void => {
    this.#scheduled = this.#holders > 0;
    if (!this.#scheduled) return;
    const now = this.#clock.now();
    const idle = this.#clock.idle();
    if (this.#polledAt < 0) {
      // Nobody has looked. If the loop was busy, it was with what was polled: timers alone would have come to an end
      // before, in the turn that they belong to.
      this.#busySince = this.#turnAt + idle - this.#idleAt;
      this.#polledAt = this.#busySince;
    }
    this.#block(this.#busySince, now);
    this.#polledBefore = this.#polledAt;
    this.#beginTurn(now, idle);
    this.#schedule(this.#onTurn);
  };

  #beginTurn(now: number, idle: number): void {
    this.#turnAt = now;
    this.#idleAt = idle;
    this.#pollsAt = this.#clock.polls();
    this.#busySince = now;
    this.#polledAt = -1;
    this.#waited = false;
  }

  #block(from: number, until: number): void {
    if (until - from < BLOCK_MS) return;
    const last = this.#blocks.at(-1);
    if (last !== undefined && from <= last.until) {
      last.until = until;
      return;
    }
    this.#blocks.push({ from, until });
    if (this.#blocks.length > CAPACITY) this.#blocks.shift();
  }
}

function overlap(from: number, until: number, start: number, end: number): number {
  return Math.max(0, Math.min(until, end) - Math.max(from, start));
}
