import { AttributeSet } from './attributes.ts';
import { metricDefinition } from './catalogue.ts';
import type { MetricSource, MetricVisitor } from './metric-source.ts';
import type { BreakerStats } from './probe.ts';
import { Probes } from './probes.ts';

const STATE = metricDefinition('breaker.state');
const CALLS = metricDefinition('breaker.calls');

const STATES = ['closed', 'open', 'half_open', 'isolated'] as const;

// Which figure is which result.
const RESULTS = [
  ['successes', 'success'],
  ['failures', 'failure'],
  ['timeouts', 'timeout'],
  ['rejections', 'rejected'],
  ['fallbacks', 'fallback'],
] as const;

interface BreakerAttributes {
  readonly states: readonly AttributeSet[];
  readonly results: readonly AttributeSet[];
}

/** Tells the state of the registered circuit breakers and what became of the calls. */
export class BreakerSource implements MetricSource {
  readonly probes: Probes<BreakerStats>;
  readonly #attributes = new Map<string, BreakerAttributes>();

  /** @param enabled whether anything is registered at all */
  constructor(enabled = true) {
    this.probes = new Probes<BreakerStats>('breaker', enabled, (name) => this.#attributes.delete(name));
  }

  collect(visitor: MetricVisitor): void {
    const readings = this.probes.read().map(({ name, stats }) => ({ stats, attributes: this.#attributesOf(name) }));
    if (readings.length === 0) return;
    visitor.metric(STATE);
    for (const { stats, attributes } of readings) {
      if (!STATES.includes(stats.state)) continue;
      // Each state has a series: which one it is now can be asked for, and for how long it was.
      for (const [at, state] of STATES.entries()) visitor.number(attributes.states[at]!, stats.state === state ? 1 : 0);
    }
    visitor.metric(CALLS);
    for (const { stats, attributes } of readings) {
      for (const [at, [figure]] of RESULTS.entries()) {
        const value = stats[figure];
        if (value !== undefined) visitor.number(attributes.results[at]!, value);
      }
    }
  }

  #attributesOf(name: string): BreakerAttributes {
    let attributes = this.#attributes.get(name);
    if (attributes === undefined) {
      const breaker = { 'breaker.name': name };
      attributes = {
        states: STATES.map((state) => new AttributeSet({ ...breaker, 'breaker.state': state })),
        results: RESULTS.map(([, result]) => new AttributeSet({ ...breaker, 'breaker.result': result })),
      };
      this.#attributes.set(name, attributes);
    }
    return attributes;
  }
}
