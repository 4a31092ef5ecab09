import type { MetricDefinition } from '../catalogue.ts';
import type { MetricSource, MetricVisitor } from '../metric-source.ts';
import { ExplicitHistograms } from '../recorder/explicit-histograms.ts';
import type { SeriesBudget } from '../recorder/series-budget.ts';
import { SeriesTable } from './series-table.ts';
import type { Attributes } from './series-table.ts';

const INITIAL_SERIES = 8;

/** A histogram with attributes. Whoever records often asks for the number of its series once, and keeps it. */
export class HistogramMetric implements MetricSource {
  readonly definition: MetricDefinition;
  readonly #series: SeriesTable;
  readonly #histograms: ExplicitHistograms;

  /** @param bounds upper bounds of the buckets, ascending, in the unit of the metric @param limit series at the most */
  constructor(definition: MetricDefinition, bounds: readonly number[], budget: SeriesBudget, limit: number) {
    this.definition = definition;
    this.#series = new SeriesTable(budget, limit);
    this.#histograms = new ExplicitHistograms(bounds, INITIAL_SERIES);
  }

  /** The number of the series with these attributes. */
  series(attributes: Attributes): number {
    return this.#withRoom(this.#series.find(attributes));
  }

  /** The number of the one series for everything beyond the limits. */
  overflow(): number {
    return this.#withRoom(this.#series.overflow());
  }

  /** Whether a series is the one for everything beyond the limits. */
  isOverflow(series: number): boolean {
    return this.#series.isOverflow(series);
  }

  #withRoom(series: number): number {
    if (series >= this.#histograms.capacity) this.#histograms.grow(this.#histograms.capacity * 2);
    return series;
  }

  record(series: number, value: number): void {
    this.#histograms.record(series, value);
  }

  collect(visitor: MetricVisitor): void {
    const { bounds, counts, sums } = this.#histograms;
    visitor.metric(this.definition);
    for (const [series, attributes] of this.#series.attributes.entries()) {
      if (this.#histograms.count(series) === 0) continue;
      visitor.histogram(attributes, bounds, counts, this.#histograms.at(series), sums[series]!);
    }
  }
}
