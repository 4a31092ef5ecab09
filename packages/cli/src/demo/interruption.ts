const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

// npm passes on the Ctrl-C that the terminal has sent to its child as well: what follows this closely is the same one.
const SAME_MS = 500;

/** Waits for the reader to end the demo: Ctrl-C, a signal, or the other end of the pipe it prints to. */
export class Interruption {
  /** Resolves at the first one. */
  readonly first: Promise<void>;
  readonly #onSignal: () => void;
  readonly #onBrokenPipe: () => void;

  /** @param again called at every further one */
  constructor(again: () => void) {
    const { promise, resolve } = Promise.withResolvers<void>();
    let firstAt: number | undefined;
    this.first = promise;
    this.#onSignal = () => {
      firstAt ??= performance.now();
      if (performance.now() - firstAt > SAME_MS) again();
      else resolve();
    };
    this.#onBrokenPipe = resolve;
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    process.stdout.on('error', this.#onBrokenPipe);
  }

  /** Gives the signals their usual meaning back. A broken pipe stays harmless: there is a last line to print. */
  dispose(): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }
}
