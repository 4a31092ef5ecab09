const TURN_MS = 15;

/**
 * Waits for nothing to be heard for a number of turns of 15 ms. Turns, and not one long time, because the event loop of
 * a busy machine comes to a timer that is late before it comes to what has arrived in the meantime.
 */
export class Silence {
  readonly #timer: NodeJS.Timeout;
  readonly #turns: number;
  #left: number;

  constructor(turns: number, fell: () => void) {
    this.#turns = turns;
    this.#left = turns;
    this.#timer = setInterval(() => {
      this.#left--;
      if (this.#left > 0) return;
      this.stop();
      fell();
    }, TURN_MS);
  }

  heard(): void {
    this.#left = this.#turns;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** How many turns of silence it takes to leave: few where an answer is known not to end. */
export function turnsOf(endless: boolean): number {
  return endless ? 10 : 200;
}
