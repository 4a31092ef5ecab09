import { AttributeSet } from '../attributes.ts';
import type { AttributeValue } from '../attributes.ts';
import type { SeriesBudget } from '../recorder/series-budget.ts';

/** The attributes of a series; those that are undefined are left out. */
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

/**
 * Numbers the series of one metric, 0, 1, 2 …, in the order they are first asked for. Beyond its own limit, or what is
 * left of the process's budget, all further ones are a single one with `otel.metric.overflow`: nothing goes uncounted.
 */
export class SeriesTable {
  readonly attributes: AttributeSet[] = [];
  readonly #budget: SeriesBudget;
  readonly #limit: number;
  readonly #known = new Map<string, number>();
  #overflow = -1;

  /** @param limit how many series this metric may have, the overflowing one aside */
  constructor(budget: SeriesBudget, limit: number) {
    this.#budget = budget;
    this.#limit = limit;
  }

  /** The number of the series with these attributes, in whatever order they are named. */
  find(values: Attributes): number {
    const key = keyOf(values);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#limit || !this.#budget.take(false)) return this.overflow();
    const series = this.attributes.push(new AttributeSet(values)) - 1;
    this.#known.set(key, series);
    return series;
  }

  /** Whether a series is the one for everything beyond the limits. */
  isOverflow(series: number): boolean {
    return series === this.#overflow;
  }

  /** The number of the one series for everything beyond the limits. */
  overflow(): number {
    if (this.#overflow === -1) {
      this.#overflow = this.attributes.push(new AttributeSet({ 'otel.metric.overflow': true })) - 1;
    }
    return this.#overflow;
  }
}

function keyOf(values: Attributes): string {
  const names = Object.keys(values).filter((name) => values[name] !== undefined);
  return JSON.stringify(names.toSorted().map((name) => [name, values[name]]));
}
