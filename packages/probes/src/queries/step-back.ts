import { toldByOpenTelemetry, warnOnce } from '@outrider/core';
import type { HistogramMetric } from '@outrider/core';

const METRIC = 'db.client.operation.duration';

/**
 * Records durations of one library's queries, unless an instrumentation of OpenTelemetry does.
 *
 * That one exists is not enough: it may be there without having patched the library, and node-redis makes the metric
 * whether it records it or not. So the first query is held until whoever else saw it has recorded it too.
 */
export class StepBack {
  readonly #durations: HistogramMetric;
  readonly #library: string;
  readonly #scopes: readonly string[];
  #left = false;
  #recorded = 0;
  #nextLook = 1;
  #held: Array<readonly [series: number, seconds: number]> | undefined;

  /** @param scopes of the instrumentations, as their meters are called */
  constructor(durations: HistogramMetric, library: string, scopes: readonly string[]) {
    this.#durations = durations;
    this.#library = library;
    this.#scopes = scopes;
  }

  record(series: number, seconds: number): void {
    if (this.#left) return;
    if (++this.#recorded === this.#nextLook && this.#scopes.length > 0) this.#lookSoon();
    if (this.#held === undefined) this.#durations.record(series, seconds);
    else this.#held.push([series, seconds]);
  }

  // Again after twice as many: an instrumentation may leave queries out, such as those outside of a span.
  #lookSoon(): void {
    this.#nextLook *= 2;
    if (this.#recorded === 1) this.#held = [];
    queueMicrotask(() => this.#look());
  }

  #look(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    const other = this.#scopes.find((scope) => toldByOpenTelemetry(METRIC, scope, 'recorded') === true);
    if (other === undefined) {
      for (const [series, seconds] of held) this.#durations.record(series, seconds);
      return;
    }
    this.#left = true;
    warnOnce(
      `${METRIC} of ${this.#library} is recorded by ${other} already: Outrider leaves its own out, so that no query is ` +
        'counted twice, and goes on with the slow-query log.',
    );
  }
}
