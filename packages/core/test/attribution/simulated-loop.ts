import { LoopWatch } from '../../src/attribution/loop-watch.ts';

/** An event loop whose time passes only when it is told to. */
export class SimulatedLoop {
  readonly watch: LoopWatch;
  #now = 1000;
  #idle = 0;
  #polls = 0;
  #scheduled: (() => void) | undefined;

  constructor() {
    const clock = { now: () => this.#now, idle: () => this.#idle, polls: () => this.#polls };
    this.watch = new LoopWatch(clock, (callback) => (this.#scheduled = callback));
  }

  get now(): number {
    return this.#now;
  }

  /** Whether the end of a turn would be noted. */
  get watched(): boolean {
    return this.#scheduled !== undefined;
  }

  /** Callbacks run for so long. */
  busy(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** The turn ends, timers take so long, and the next poll returns after it has waited so long. */
  turn({ timers = 0, idle = 0 } = {}): void {
    const scheduled = this.#scheduled;
    this.#scheduled = undefined;
    scheduled?.();
    this.busy(timers);
    this.#polls++;
    this.#idle += idle;
    this.#now += idle;
  }
}
