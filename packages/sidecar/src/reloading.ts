import type { Metric } from './metric.ts';
import type { Logger } from './logger.ts';
import { ReloadCounts } from './reload-counts.ts';

/** What {@link Reloading} is given. */
export interface ReloadingOptions<Config> {
  /** Applies a configuration wholly, or throws and changes nothing; resolves with the keys that changed. */
  readonly apply: (config: Config) => Promise<readonly string[]>;
  /** Called when a reload has ended, whatever came of it. */
  readonly onEnd: () => void;
  /** Takes lines that must not be missing. */
  readonly log: Logger;
}

/** Reads the configuration again when it is told to, one time after the other. */
export class Reloading<Config> {
  readonly #options: ReloadingOptions<Config>;
  readonly #counts = new ReloadCounts(Date.now());
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: ReloadingOptions<Config>) {
    this.#options = options;
  }

  /** Reloads once those before have ended. Never rejects. */
  run(read: () => Config): Promise<void> {
    this.#last = this.#last.then(() => this.#run(read));
    return this.#last;
  }

  read(): readonly Metric[] {
    return this.#counts.read();
  }

  /** Nothing is reloaded any more, and of what is under way nothing is told. */
  close(): void {
    this.#closed = true;
  }

  async #run(read: () => Config): Promise<void> {
    if (this.#closed) return;
    const { apply, onEnd, log } = this.#options;
    try {
      const changed = await apply(read());
      this.#counts.accepted(Date.now());
      log('info', 'configuration reloaded', { changed: changed.join(', ') || 'nothing' });
    } catch (error) {
      if (this.#closed) return;
      this.#counts.refused();
      const reason = error instanceof Error ? error.message : String(error);
      log('error', 'the new configuration is refused, the one before applies', { error: reason });
    }
    onEnd();
  }
}
