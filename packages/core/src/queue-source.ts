import { AttributeSet } from './attributes.ts';
import { metricDefinition } from './catalogue.ts';
import type { MetricSource, MetricVisitor } from './metric-source.ts';
import type { QueueStats } from './probe.ts';
import { Probes } from './probes.ts';

const DEPTH = metricDefinition('queue.depth');
const CONCURRENCY = metricDefinition('queue.concurrency');
const OLDEST_AGE = metricDefinition('queue.oldest_age');

const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

interface QueueAttributes {
  readonly queue: AttributeSet;
  readonly states: readonly AttributeSet[];
}

/** Tells what waits in the registered queues and what is being worked on. */
export class QueueSource implements MetricSource {
  readonly probes: Probes<QueueStats>;
  readonly #attributes = new Map<string, QueueAttributes>();

  /** @param enabled whether anything is registered at all */
  constructor(enabled = true) {
    this.probes = new Probes<QueueStats>('queue', enabled, (name) => this.#attributes.delete(name));
  }

  collect(visitor: MetricVisitor): void {
    const readings = this.probes.read().map(({ name, stats }) => ({ stats, attributes: this.#attributesOf(name) }));
    if (readings.length === 0) return;
    visitor.metric(DEPTH);
    for (const { stats, attributes } of readings) {
      for (const [at, state] of STATES.entries()) {
        const value = stats[state];
        if (value !== undefined) visitor.number(attributes.states[at]!, value);
      }
    }
    for (const [definition, figure] of [
      [CONCURRENCY, 'concurrency'],
      [OLDEST_AGE, 'oldestAge'],
    ] as const) {
      visitor.metric(definition);
      for (const { stats, attributes } of readings) {
        const value = stats[figure];
        if (value !== undefined) visitor.number(attributes.queue, value);
      }
    }
  }

  #attributesOf(name: string): QueueAttributes {
    let attributes = this.#attributes.get(name);
    if (attributes === undefined) {
      const queue = { 'queue.name': name };
      attributes = {
        queue: new AttributeSet(queue),
        states: STATES.map((state) => new AttributeSet({ ...queue, 'queue.state': state })),
      };
      this.#attributes.set(name, attributes);
    }
    return attributes;
  }
}
