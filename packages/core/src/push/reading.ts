import type { AttributeSet } from '../attributes.ts';
import type { MetricDefinition } from '../catalogue.ts';
import type { ExponentialBuckets, MetricSource, MetricVisitor, SteppedSource } from '../metric-source.ts';
import type { Exemplar } from '../recorder/exemplars.ts';

type Steps = (visitor: MetricVisitor) => Generator<void, void, void>;

/**
 * What sources tell at one moment, to be told again in steps. A source of many points is held by a copy of its arrays,
 * which takes a small part of the time of encoding them; the few points of the others are noted one by one.
 */
export class Reading {
  readonly #steps: Steps[];

  constructor(sources: readonly MetricSource[]) {
    this.#steps = sources.map((source) => ('freeze' in source ? (source as SteppedSource).freeze() : noted(source)));
  }

  /** Tells a visitor everything, a point or so a step. */
  *replay(visitor: MetricVisitor): Generator<void, void, void> {
    for (const steps of this.#steps) yield* steps(visitor);
  }
}

function noted(source: MetricSource): Steps {
  const notes = new Notes();
  source.collect(notes);
  return function* steps(visitor) {
    for (const tell of notes.told) {
      tell(visitor);
      yield;
    }
  };
}

class Notes implements MetricVisitor {
  readonly told: Array<(visitor: MetricVisitor) => void> = [];

  metric(definition: MetricDefinition): void {
    this.told.push((visitor) => visitor.metric(definition));
  }

  number(attributes: AttributeSet, value: number): void {
    this.told.push((visitor) => visitor.number(attributes, value));
  }

  histogram(
    attributes: AttributeSet,
    bounds: readonly number[],
    counts: Float64Array,
    at: number,
    sum: number,
    exemplar?: Exemplar,
  ): void {
    const copied = counts.slice(at, at + bounds.length + 1);
    this.told.push((visitor) => visitor.histogram(attributes, bounds, copied, 0, sum, exemplar));
  }

  exponential(attributes: AttributeSet, points: ExponentialBuckets): void {
    const copied = { ...points, counts: points.counts.slice(points.at, points.at + points.length), at: 0 };
    this.told.push((visitor) => visitor.exponential(attributes, copied));
  }
}
