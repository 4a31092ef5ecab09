import { numbers } from '../collectors/collector.ts';
import type { Metric } from '../metric.ts';
import type { RefusalReason } from './gate.ts';

const REASONS: readonly RefusalReason[] = ['unauthorized', 'foreign_host', 'foreign_origin', 'busy'];

/** Counts requests that were not let in; each reason is there from the start, with 0. */
export class RefusalCounts {
  readonly #counts = new Map<RefusalReason, number>(REASONS.map((reason) => [reason, 0]));

  count(reason: RefusalReason): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  read(): Metric {
    return numbers(
      'outrider.http.refused',
      [...this.#counts].map(([reason, count]) => [count, { reason }]),
    );
  }
}
