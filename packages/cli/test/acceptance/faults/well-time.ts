import { setTimeout as wait } from 'node:timers/promises';

// Whoever waits must not be what the machine is busy with.
const STEP_MS = 150;

/**
 * The time in which the sidecar could have answered: what it is asked to do within a time cannot be done while another
 * fault has stopped it.
 */
export class WellTime {
  #outSince: number | undefined;
  #outMs = 0;
  #outages = 0;

  /** Milliseconds. */
  get now(): number {
    const now = performance.now();
    return now - this.#outMs - (this.#outSince === undefined ? 0 : now - this.#outSince);
  }

  /** Whether the sidecar is to answer now. */
  get well(): boolean {
    return this.#outSince === undefined;
  }

  /** How often it was not to answer so far. */
  get outages(): number {
    return this.#outages;
  }

  /** From now on it cannot answer. */
  out(): void {
    this.#outSince = performance.now();
    this.#outages += 1;
  }

  /** From now on it can. */
  back(): void {
    this.#outMs += performance.now() - (this.#outSince ?? performance.now());
    this.#outSince = undefined;
  }

  /** Asks the sidecar for something as soon as it can answer. */
  async answer<Value>(ms: number, what: string, ask: () => Promise<Value>): Promise<Value> {
    let answer: { readonly value: Value } | undefined;
    await this.within(ms, what, async () => {
      answer = { value: await ask() };
      return true;
    });
    return (answer as unknown as { readonly value: Value }).value;
  }

  /**
   * Waits until a condition holds.
   *
   * @returns milliseconds of this time that it took
   * @throws {Error} if that takes more of this time than `ms`
   */
  async within(ms: number, what: string, condition: () => Promise<boolean> | boolean): Promise<number> {
    const begun = this.now;
    // What is asked of a sidecar that has just been stopped fails.
    while (!(await Promise.resolve(condition()).catch(() => false))) {
      if (this.now - begun > ms) throw new Error(`not within ${ms} ms: ${what}`);
      await wait(STEP_MS);
    }
    return this.now - begun;
  }
}
