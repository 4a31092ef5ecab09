import type { LoopWatch } from './loop-watch.ts';
import { WAIT_KINDS, noTime, splitTime } from './split-time.ts';
import type { TimeSplit, WaitKind, WaitSpan } from './split-time.ts';

/** A wait that has begun on behalf of a request. */
export interface Wait {
  /** Ends it; a second call does nothing, nor one after the request's end. */
  end(): void;
}

/** Waits that are kept one by one; those of a request that has more are added up now and then. */
const KEPT_WAITS = 128;

/** Where the time of one request goes. */
export class RequestTime {
  readonly #watch: LoopWatch;
  readonly #onClose: () => void;
  #waits: RequestWait[] = [];
  /** The split of what is settled, if anything is, and until when that is. */
  #split: TimeSplit | undefined = undefined;
  #settled: number;
  #settleAt = KEPT_WAITS;
  #closed = false;

  /**
   * @param startedAt monotonic milliseconds
   * @param onClose called once, at the end
   */
  constructor(startedAt: number, watch: LoopWatch, onClose: () => void) {
    this.#settled = startedAt;
    this.#watch = watch;
    this.#onClose = onClose;
    watch.retain();
  }

  /** Begins a wait; undefined where the request is over. */
  begin(kind: WaitKind): Wait | undefined {
    if (this.#closed) return undefined;
    if (this.#waits.length >= this.#settleAt) this.#settle();
    const wait = new RequestWait(WAIT_KINDS.indexOf(kind), this.#watch);
    this.#waits.push(wait);
    return wait;
  }

  /** Where the time until now went; what is under way counts until then. */
  split(now: number): TimeSplit {
    const { waits, eventLoop, rest } = this.#split ?? noTime();
    const split: TimeSplit = { waits: [...waits], eventLoop, rest };
    this.#add(split, now);
    return split;
  }

  /** Ends the request: waits that go on are not its own any more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Callbacks may hold on to the context for long; they are not to hold on to the waits.
    this.#waits = [];
    this.#watch.release();
    this.#onClose();
  }

  #add(split: TimeSplit, until: number): void {
    splitTime(split, this.#waits, this.#settled, until, (from, to) => this.#watch.blocked(from, to));
  }

  #settle(): void {
    const until = this.#watch.settledUntil;
    if (until > this.#settled) {
      this.#add((this.#split ??= noTime()), until);
      this.#settled = until;
      this.#waits = this.#waits.filter(({ heard }) => heard > until);
    }
    // Many may be under way at once: they are not to be gone through at each further one.
    this.#settleAt = Math.max(KEPT_WAITS, 2 * this.#waits.length);
  }
}

class RequestWait implements Wait, WaitSpan {
  readonly kind: number;
  readonly from: number;
  over: number = Number.POSITIVE_INFINITY;
  heard: number = Number.POSITIVE_INFINITY;
  readonly #watch: LoopWatch;

  constructor(kind: number, watch: LoopWatch) {
    this.kind = kind;
    this.#watch = watch;
    this.from = watch.now();
  }

  end(): void {
    if (this.heard !== Number.POSITIVE_INFINITY) return;
    this.heard = this.#watch.now();
    this.over = this.#watch.overAt(this.from, this.heard);
  }
}
