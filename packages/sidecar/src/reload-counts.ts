import { numbers } from './collectors/collector.ts';
import type { Metric } from './metric.ts';

/** Counts how often the configuration was read again, and knows what came of it last. */
export class ReloadCounts {
  #ok = 0;
  #refused = 0;
  #succeeded = true;
  #acceptedAt: number;

  /** @param now milliseconds since 1970, when the first configuration was accepted */
  constructor(now: number) {
    this.#acceptedAt = now;
  }

  /** @param now milliseconds since 1970 */
  accepted(now: number): void {
    this.#ok += 1;
    this.#succeeded = true;
    this.#acceptedAt = now;
  }

  refused(): void {
    this.#refused += 1;
    this.#succeeded = false;
  }

  read(): readonly Metric[] {
    return [
      numbers('outrider.config.reloads', [
        [this.#ok, { result: 'ok' }],
        [this.#refused, { result: 'refused' }],
      ]),
      numbers('outrider.config.reload.success', [[this.#succeeded ? 1 : 0]]),
      numbers('outrider.config.reload.timestamp', [[this.#acceptedAt / 1000]]),
    ];
  }
}
