import { AttributeSet } from './attributes.ts';
import { metricDefinition } from './catalogue.ts';
import type { MetricDefinition } from './catalogue.ts';
import type { MetricSource, MetricVisitor } from './metric-source.ts';
import { Probes } from './probe.ts';
import type { CacheStats } from './probe.ts';

const OPERATIONS = metricDefinition('cache.operations');

// Which figure is which operation and result. A count of errors says nothing of the operation, so it has none.
const COUNTERS: ReadonlyArray<readonly [keyof CacheStats, Readonly<Record<string, string>>]> = [
  ['hits', { 'cache.operation': 'get', 'cache.result': 'hit' }],
  ['misses', { 'cache.operation': 'get', 'cache.result': 'miss' }],
  ['sets', { 'cache.operation': 'set', 'cache.result': 'ok' }],
  ['deletes', { 'cache.operation': 'delete', 'cache.result': 'ok' }],
  ['errors', { 'cache.result': 'error' }],
];

const FIGURES: ReadonlyArray<readonly [MetricDefinition, (stats: CacheStats) => number | undefined]> = [
  [metricDefinition('cache.entries'), (stats) => stats.entries],
  [metricDefinition('cache.entries.limit'), (stats) => stats.maxEntries],
  [metricDefinition('cache.size'), (stats) => stats.bytes],
  [metricDefinition('cache.evictions'), (stats) => stats.evictions],
  [metricDefinition('cache.enabled'), (stats) => (stats.enabled === false ? 0 : 1)],
];

interface CacheAttributes {
  readonly cache: AttributeSet;
  readonly counters: readonly AttributeSet[];
}

/** Tells what the registered caches count and hold. */
export class CacheSource implements MetricSource {
  readonly probes: Probes<CacheStats> = new Probes<CacheStats>('cache');
  readonly #attributes = new Map<string, CacheAttributes>();

  /** The key of a cache: its name and, if it has tiers, the tier. */
  register(key: string, name: string, tier: string | undefined): void {
    const cache = { 'cache.name': name, 'cache.tier': tier };
    this.#attributes.set(key, {
      cache: new AttributeSet(cache),
      counters: COUNTERS.map(([, attributes]) => new AttributeSet({ ...cache, ...attributes })),
    });
  }

  collect(visitor: MetricVisitor): void {
    const readings = this.probes.read();
    if (readings.length === 0) return;
    visitor.metric(OPERATIONS);
    for (const { key, stats } of readings) {
      for (const [at, [figure]] of COUNTERS.entries()) {
        const value = stats[figure];
        if (typeof value === 'number') visitor.number(this.#attributes.get(key)!.counters[at]!, value);
      }
    }
    for (const [definition, figure] of FIGURES) {
      visitor.metric(definition);
      for (const { key, stats } of readings) {
        const value = figure(stats);
        if (value !== undefined) visitor.number(this.#attributes.get(key)!.cache, value);
      }
    }
  }
}
