import type { Intake } from './intake.ts';
import type { NumberMetric } from './number-metric.ts';
import type { Attributes } from './series-table.ts';

/** A gauge with its attributes settled: setting it allocates nothing. */
export class BoundGauge {
  readonly #metric: NumberMetric;
  readonly #intake: Intake;
  readonly #labels: Attributes;
  #series = -1;

  constructor(metric: NumberMetric, intake: Intake, labels: Attributes) {
    this.#metric = metric;
    this.#intake = intake;
    this.#labels = labels;
  }

  /** Sets the value. */
  set(value: number): void {
    if (!this.#intake.accepts(value)) return;
    // Not before there is a value: a gauge that was never set is unknown, and not 0.
    if (this.#series === -1) this.#series = this.#metric.series(this.#labels);
    this.#metric.set(this.#series, value);
  }
}

/**
 * Something of the application that goes up and down, told as it was set last. What is not a finite number is ignored, and
 * counted in `outrider.instrument.errors`.
 */
export class Gauge {
  readonly #metric: NumberMetric;
  readonly #intake: Intake;
  #plain: BoundGauge | undefined;

  constructor(metric: NumberMetric, intake: Intake) {
    this.#metric = metric;
    this.#intake = intake;
  }

  /** Sets the value of the series of these attributes. */
  set(value: number, attributes?: Attributes): void {
    if (attributes === undefined) (this.#plain ??= this.bind({})).set(value);
    else if (this.#intake.accepts(value)) {
      this.#metric.set(this.#metric.series(this.#intake.labels(attributes)), value);
    }
  }

  /** The gauge of these attributes, for where it is set often. */
  bind(attributes: Attributes): BoundGauge {
    return new BoundGauge(this.#metric, this.#intake, this.#intake.labels(attributes));
  }
}
