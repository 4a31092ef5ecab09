import type { Intake } from './intake.ts';
import type { NumberMetric } from './number-metric.ts';
import type { Attributes } from './series-table.ts';

/** A counter with its attributes settled: adding to it allocates nothing. */
export class BoundCounter {
  readonly #metric: NumberMetric;
  readonly #intake: Intake;
  readonly #series: number;

  constructor(metric: NumberMetric, intake: Intake, series: number) {
    this.#metric = metric;
    this.#intake = intake;
    this.#series = series;
  }

  /** Adds an amount, 0 or more. */
  add(amount: number = 1): void {
    if (this.#intake.accepts(amount, 0)) this.#metric.add(this.#series, amount);
  }
}

/**
 * Something of the application that only grows. What is not a number of 0 or more is ignored, and counted in
 * `outrider.instrument.errors`.
 */
export class Counter {
  readonly #metric: NumberMetric;
  readonly #intake: Intake;
  #plain: BoundCounter | undefined;

  constructor(metric: NumberMetric, intake: Intake) {
    this.#metric = metric;
    this.#intake = intake;
  }

  /** Adds an amount, 0 or more, to the series of these attributes. */
  add(amount: number = 1, attributes?: Attributes): void {
    if (attributes === undefined) (this.#plain ??= this.bind({})).add(amount);
    else if (this.#intake.accepts(amount, 0)) this.#metric.add(this.#series(attributes), amount);
  }

  /** The counter of these attributes, for where it is counted often; it is told from now on, as 0 to begin with. */
  bind(attributes: Attributes): BoundCounter {
    return new BoundCounter(this.#metric, this.#intake, this.#series(attributes));
  }

  #series(attributes: Attributes): number {
    return this.#metric.series(this.#intake.labels(attributes));
  }
}
