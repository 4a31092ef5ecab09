import type { CollectionResult, MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Observer } from '@outrider/core';
import { prometheusText } from './exposition.ts';
import { outriderMetricProducer } from './metric-producer.ts';

/**
 * The Prometheus text of an observer and some readers, collected once for all who ask at the same time: however many
 * ask and however long a callback hangs, there is never more than one collection under way.
 */
export class SharedExposition {
  readonly #own: MetricProducer;
  readonly #readers: readonly MetricProducer[];
  readonly #deadlineMs: number;
  #underway: Promise<string> | undefined;

  constructor(observer: Observer, readers: readonly MetricProducer[], deadlineMs: number) {
    this.#own = outriderMetricProducer(observer);
    this.#readers = readers;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * The text; undefined if it is not there within the deadline.
   *
   * @throws what a reader or one of its callbacks threw: what is not whole is not shown
   */
  async text(): Promise<string | undefined> {
    this.#underway ??= this.#collect().finally(() => {
      this.#underway = undefined;
    });
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), this.#deadlineMs);
    });
    try {
      return await Promise.race([this.#underway, deadline]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #collect(): Promise<string> {
    // The SDK gives up a callback that hangs after this time; a collection without it would be under way for ever, and
    // everybody who asks later would wait for it in vain.
    const options = { timeoutMillis: this.#deadlineMs };
    const results = await Promise.all([this.#own, ...this.#readers].map((producer) => producer.collect(options)));
    const failed = results.flatMap(({ errors }) => errors);
    if (failed.length > 0)
      throw failed.length === 1 ? failed[0] : new AggregateError(failed, 'Several callbacks failed');
    const [own, ...others] = results.map(({ resourceMetrics }: CollectionResult) => resourceMetrics);
    return prometheusText(own!, others);
  }
}
