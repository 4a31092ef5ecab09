import { AttributeSet, NO_ATTRIBUTES } from './attributes.ts';
import { metricDefinition } from './catalogue.ts';
import type { MetricSource, MetricVisitor } from './metric-source.ts';
import type { SlowLogLimiter } from './slow-log.ts';

const REJECTED_IDS = metricDefinition('outrider.request_ids.rejected');
const SUPPRESSED = metricDefinition('outrider.slow_log.suppressed');
const CALLBACK_ERRORS = metricDefinition('outrider.callback.errors');

/** Counts what Outrider itself did inside the application and did not do. */
export class SelfSource implements MetricSource {
  rejectedRequestIds = 0;
  readonly #limiters: SlowLogLimiter[];
  readonly #callbacks = new Map<string, { readonly attributes: AttributeSet; count: number }>();

  constructor(limiter: SlowLogLimiter) {
    this.#limiters = [limiter];
  }

  /** Counts what one more log leaves out. */
  addLimiter(limiter: SlowLogLimiter): void {
    this.#limiters.push(limiter);
  }

  /** A function that was given as an option threw, rejected, or answered what cannot be used. */
  callbackFailed(name: string): void {
    let failed = this.#callbacks.get(name);
    if (failed === undefined) {
      failed = { attributes: new AttributeSet({ callback: name }), count: 0 };
      this.#callbacks.set(name, failed);
    }
    failed.count++;
  }

  collect(visitor: MetricVisitor): void {
    visitor.metric(REJECTED_IDS);
    visitor.number(NO_ATTRIBUTES, this.rejectedRequestIds);
    visitor.metric(SUPPRESSED);
    visitor.number(
      NO_ATTRIBUTES,
      this.#limiters.reduce((sum, { suppressedTotal }) => sum + suppressedTotal, 0),
    );
    visitor.metric(CALLBACK_ERRORS);
    for (const { attributes, count } of this.#callbacks.values()) visitor.number(attributes, count);
  }
}
