import type { HistogramMetric } from './histogram-metric.ts';
import type { Intake } from './intake.ts';
import type { Attributes } from './series-table.ts';

/** A histogram with its attributes settled: recording allocates nothing. */
export class BoundHistogram {
  readonly #metric: HistogramMetric;
  readonly #intake: Intake;
  readonly #series: number;

  constructor(metric: HistogramMetric, intake: Intake, series: number) {
    this.#metric = metric;
    this.#intake = intake;
    this.#series = series;
  }

  /** Records a value, 0 or more, in the unit of the histogram. */
  record(value: number): void {
    if (this.#intake.accepts(value, 0)) this.#metric.record(this.#series, value);
  }
}

/**
 * Something of the application that is measured many times and told as a distribution. What is not a number of 0 or more is
 * ignored, as OpenTelemetry's histograms do, and counted in `outrider.instrument.errors`.
 */
export class Histogram {
  readonly #metric: HistogramMetric;
  readonly #intake: Intake;
  #plain: BoundHistogram | undefined;

  constructor(metric: HistogramMetric, intake: Intake) {
    this.#metric = metric;
    this.#intake = intake;
  }

  /** Records a value, 0 or more, in the series of these attributes. */
  record(value: number, attributes?: Attributes): void {
    if (attributes === undefined) (this.#plain ??= this.bind({})).record(value);
    else if (this.#intake.accepts(value, 0)) this.#metric.record(this.#series(attributes), value);
  }

  /** The histogram of these attributes, for where it is recorded often; it is told from its first value on. */
  bind(attributes: Attributes): BoundHistogram {
    return new BoundHistogram(this.#metric, this.#intake, this.#series(attributes));
  }

  #series(attributes: Attributes): number {
    return this.#metric.series(this.#intake.labels(attributes));
  }
}
