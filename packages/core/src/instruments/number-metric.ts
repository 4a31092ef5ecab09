import type { MetricDefinition } from '../catalogue.ts';
import type { MetricSource, MetricVisitor } from '../metric-source.ts';
import type { SeriesBudget } from '../recorder/series-budget.ts';
import { SeriesTable } from './series-table.ts';
import type { Attributes } from './series-table.ts';

/** A counter or a gauge with attributes. Whoever writes often asks for the number of its series once, and keeps it. */
export class NumberMetric implements MetricSource {
  readonly definition: MetricDefinition;
  readonly #series: SeriesTable;
  readonly #values: number[] = [];

  /** @param limit series at the most */
  constructor(definition: MetricDefinition, budget: SeriesBudget, limit: number) {
    this.definition = definition;
    this.#series = new SeriesTable(budget, limit);
  }

  /** The number of the series with these attributes; it is told from now on, as 0 until it is written. */
  series(attributes: Attributes): number {
    return this.#withRoom(this.#series.find(attributes));
  }

  /** The number of the one series for everything beyond the limits. */
  overflow(): number {
    return this.#withRoom(this.#series.overflow());
  }

  #withRoom(series: number): number {
    while (this.#values.length <= series) this.#values.push(0);
    return series;
  }

  /** Whether a series is the one for everything beyond the limits. */
  isOverflow(series: number): boolean {
    return this.#series.isOverflow(series);
  }

  add(series: number, amount: number): void {
    this.#values[series] = this.#values[series]! + amount;
  }

  set(series: number, value: number): void {
    this.#values[series] = value;
  }

  collect(visitor: MetricVisitor): void {
    visitor.metric(this.definition);
    for (const [series, attributes] of this.#series.attributes.entries()) {
      visitor.number(attributes, this.#values[series]!);
    }
  }
}
