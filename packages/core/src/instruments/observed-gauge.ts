import type { AttributeSet } from '../attributes.ts';
import type { MetricDefinition } from '../catalogue.ts';
import type { MetricSource, MetricVisitor } from '../metric-source.ts';
import type { SeriesBudget } from '../recorder/series-budget.ts';
import type { Intake } from './intake.ts';
import { SeriesTable } from './series-table.ts';
import type { Attributes } from './series-table.ts';

/** One value of a gauge that is read, and its attributes. */
export interface Observation {
  readonly value: number;
  readonly attributes?: Attributes | undefined;
}

/** Reads a gauge: one value, one for each set of attributes, or undefined where there is none now. Synchronous and cheap. */
export type GaugeReader = () => number | readonly Observation[] | undefined;

/** A gauge whose value is asked for whenever metrics are read. */
export class ObservedGauge implements MetricSource {
  readonly definition: MetricDefinition;
  /** What is asked. */
  reader: GaugeReader;
  readonly #intake: Intake;
  readonly #series: SeriesTable;

  /** @param limit series at the most */
  constructor(definition: MetricDefinition, reader: GaugeReader, intake: Intake, budget: SeriesBudget, limit: number) {
    this.definition = definition;
    this.reader = reader;
    this.#intake = intake;
    this.#series = new SeriesTable(budget, limit);
  }

  collect(visitor: MetricVisitor): void {
    // What has the same attributes, or overflows, is one series: its last value stands.
    const values = new Map<AttributeSet, number>();
    for (const { value, attributes } of this.#observations()) {
      if (this.#intake.accepts(value)) values.set(this.#attributes(attributes), value);
    }
    visitor.metric(this.definition);
    for (const [attributes, value] of values) visitor.number(attributes, value);
  }

  #attributes(attributes: Attributes | undefined): AttributeSet {
    return this.#series.attributes[this.#series.find(this.#intake.labels(attributes))]!;
  }

  #observations(): readonly Observation[] {
    try {
      const read: unknown = this.reader();
      if (read === undefined) return [];
      if (typeof read === 'number') return [{ value: read }];
      // Of a copy: a getter or a list that throws half-way gives nothing instead of half.
      if (Array.isArray(read)) return read.map(({ value, attributes }: Observation) => ({ value, attributes }));
      // Its rejection would be nobody's, and end the process.
      if (read instanceof Promise) read.catch(() => {});
    } catch {
      // Counted as below.
    }
    this.#intake.rejected++;
    return [];
  }
}
