import { AttributeSet } from './attributes.ts';
import { metricDefinition } from './catalogue.ts';
import type { MetricDefinition } from './catalogue.ts';
import type { MetricSource, MetricVisitor } from './metric-source.ts';
import { Probes } from './probe.ts';
import type { PoolStats } from './probe.ts';

const COUNT = metricDefinition('db.client.connection.count');
const LIMIT = metricDefinition('db.client.connection.limit');
const IDLE_MIN = metricDefinition('db.client.connection.idle.min');
const PENDING = metricDefinition('db.client.connection.pending_requests');

interface PoolAttributes {
  readonly pool: AttributeSet;
  readonly used: AttributeSet;
  readonly idle: AttributeSet;
}

/** Tells what the registered connection pools hold, each under its own name: two pools to one database stay two. */
export class PoolSource implements MetricSource {
  readonly probes: Probes<PoolStats> = new Probes<PoolStats>('pool');
  readonly #attributes = new Map<string, PoolAttributes>();

  collect(visitor: MetricVisitor): void {
    const readings = this.probes.read();
    if (readings.length === 0) return;
    visitor.metric(COUNT);
    for (const { name, stats } of readings) {
      const { used, idle } = this.#attributesOf(name);
      if (stats.used !== undefined) visitor.number(used, stats.used);
      if (stats.idle !== undefined) visitor.number(idle, stats.idle);
    }
    const tell = (definition: MetricDefinition, figure: (stats: PoolStats) => number | undefined): void => {
      visitor.metric(definition);
      for (const { name, stats } of readings) {
        const value = figure(stats);
        if (value !== undefined) visitor.number(this.#attributesOf(name).pool, value);
      }
    };
    tell(LIMIT, (stats) => stats.limit);
    tell(IDLE_MIN, (stats) => stats.idleMin);
    tell(PENDING, (stats) => stats.pending);
  }

  #attributesOf(name: string): PoolAttributes {
    let attributes = this.#attributes.get(name);
    if (attributes === undefined) {
      const pool = { 'db.client.connection.pool.name': name };
      attributes = {
        pool: new AttributeSet(pool),
        used: new AttributeSet({ ...pool, 'db.client.connection.state': 'used' }),
        idle: new AttributeSet({ ...pool, 'db.client.connection.state': 'idle' }),
      };
      this.#attributes.set(name, attributes);
    }
    return attributes;
  }
}
