import { BODY_SIZE_BOUNDS, OPERATION_BOUNDS } from '../bounds.ts';
import { metricDefinition } from '../catalogue.ts';
import { HistogramMetric } from '../instruments/histogram-metric.ts';
import type { Attributes } from '../instruments/series-table.ts';
import type { MetricSource, MetricVisitor } from '../metric-source.ts';
import type { SeriesBudget } from '../recorder/series-budget.ts';
import { OTHER } from './error-type.ts';

const MAX_OPERATIONS = 200;
const MAX_ERROR_TYPES = 20;
const MAX_LABELLED = 100;

const DURATION = metricDefinition('operation.duration');
const MEMORY_GROWTH = metricDefinition('operation.memory.growth');

/** The series of one operation. */
export class Operation {
  readonly #duration: HistogramMetric;
  readonly #growth: HistogramMetric;
  readonly #name: string | undefined;
  readonly #types = new Set<string>();
  readonly #errors = new Map<string, number>();
  readonly #labelled = new Map<string, number>();
  #ok = -1;
  #grown = -1;

  /** @param name undefined for that of all names beyond the limit */
  constructor(name: string | undefined, duration: HistogramMetric, growth: HistogramMetric) {
    this.#name = name;
    this.#duration = duration;
    this.#growth = growth;
  }

  /** @param error its type, if it failed */
  record(seconds: number, error: string | undefined, labels: Attributes | undefined): void {
    const labelled = labels && this.#labelledSeries(labels, error);
    this.#duration.record(labelled ?? (error === undefined ? this.#succeeded() : this.#failed(error)), seconds);
  }

  recordGrowth(bytes: number): void {
    if (this.#grown === -1) this.#grown = this.#find(this.#growth, {});
    this.#growth.record(this.#grown, bytes);
  }

  #succeeded(): number {
    if (this.#ok === -1) this.#ok = this.#find(this.#duration, {});
    return this.#ok;
  }

  #failed(error: string): number {
    const type = this.#bounded(error);
    let series = this.#errors.get(type);
    if (series === undefined) this.#errors.set(type, (series = this.#find(this.#duration, { 'error.type': type })));
    return series;
  }

  #bounded(error: string): string {
    if (this.#types.size < MAX_ERROR_TYPES) this.#types.add(error);
    return this.#types.has(error) ? error : OTHER;
  }

  // None beyond the limit: the call stays in the operation's own series.
  #labelledSeries(labels: Attributes, error: string | undefined): number | undefined {
    const attributes = error === undefined ? labels : { ...labels, 'error.type': this.#bounded(error) };
    const key = JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    let series = this.#labelled.get(key);
    if (series === undefined && this.#labelled.size < MAX_LABELLED) {
      this.#labelled.set(key, (series = this.#find(this.#duration, attributes)));
    }
    return series;
  }

  #find(metric: HistogramMetric, attributes: Attributes): number {
    return this.#name === undefined
      ? metric.overflow()
      : metric.series({ 'operation.name': this.#name, ...attributes });
  }
}

/** All timed operations, by name. */
export class Operations implements MetricSource {
  readonly duration: HistogramMetric;
  readonly #growth: HistogramMetric;
  readonly #known = new Map<string, Operation>();
  readonly #overflow: Operation;

  constructor(budget: SeriesBudget) {
    const limit = MAX_OPERATIONS * (1 + MAX_ERROR_TYPES);
    this.duration = new HistogramMetric(DURATION, OPERATION_BOUNDS, budget, limit);
    this.#growth = new HistogramMetric(MEMORY_GROWTH, BODY_SIZE_BOUNDS, budget, MAX_OPERATIONS);
    this.#overflow = new Operation(undefined, this.duration, this.#growth);
  }

  /** The operation of a name; one for all names that come after the first two hundred. */
  get(name: string): Operation {
    let operation = this.#known.get(name);
    if (operation !== undefined) return operation;
    if (this.#known.size >= MAX_OPERATIONS) return this.#overflow;
    operation = new Operation(name, this.duration, this.#growth);
    this.#known.set(name, operation);
    return operation;
  }

  collect(visitor: MetricVisitor): void {
    this.duration.collect(visitor);
    this.#growth.collect(visitor);
  }
}
