import { AttributeSet } from './attributes.ts';
import { metricDefinition } from './catalogue.ts';
import type { MetricDefinition } from './catalogue.ts';
import type { MetricSource, MetricVisitor } from './metric-source.ts';
import type { CacheStats } from './probe.ts';
import { Probes } from './probes.ts';

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

/** How a cache is called, and what its owner knows of it. */
export interface CacheProbeOptions {
  /** Unique among the caches of the process, or among those of the same tier. */
  readonly name: string;
  /** Which one of several tiers it is, for example `L1`. */
  readonly tier?: string | undefined;
  /**
   * Whether the cache is in use; a function is asked at each reading, and is held: it should not hold the cache.
   *
   * @default what the cache says, and true where it says nothing
   */
  readonly enabled?: boolean | (() => boolean) | undefined;
}

// A function of its own, for the same reason as the probe's: it is held for as long as the probe.
function inUse(enabled: boolean | (() => boolean)): () => { readonly enabled: boolean } {
  return () => {
    // Whoever writes no types may give a flag that is not set.
    const answer: unknown = typeof enabled === 'function' ? enabled() : enabled;
    return { enabled: Boolean(answer) };
  };
}

interface CacheAttributes {
  readonly cache: AttributeSet;
  readonly counters: readonly AttributeSet[];
}

/** Tells what the registered caches count and hold. */
export class CacheSource implements MetricSource {
  readonly probes: Probes<CacheStats>;
  readonly #attributes = new Map<string, CacheAttributes>();

  /** @param enabled whether anything is registered at all */
  constructor(enabled = true) {
    this.probes = new Probes<CacheStats>('cache', enabled, (key) => this.#attributes.delete(key));
  }

  /**
   * Registers a cache, or each tier of one that has several.
   *
   * @throws {OutriderError} OUTRIDER_PROBE_NAME, OUTRIDER_PROBE_TARGET
   */
  add(given: object | (() => CacheStats), options: CacheProbeOptions): void {
    const tiers = this.probes.tiersOf(given);
    if (tiers.length < 2) this.#add(tiers[0] ?? given, options);
    else {
      const { tier: above } = options;
      for (const [at, target] of tiers.entries()) {
        const tier = `L${at + 1}`;
        this.#add(target, { ...options, tier: above === undefined ? tier : `${above}.${tier}` });
      }
    }
  }

  #add(target: object | (() => CacheStats), { name, tier, enabled }: CacheProbeOptions): void {
    const key = tier === undefined ? name : `${name}/${tier}`;
    const cache = { 'cache.name': name, 'cache.tier': tier };
    const onFound = (): void => {
      this.#attributes.set(key, {
        cache: new AttributeSet(cache),
        counters: COUNTERS.map(([, attributes]) => new AttributeSet({ ...cache, ...attributes })),
      });
    };
    this.probes.add(target, key, name, { also: enabled === undefined ? undefined : inUse(enabled), onFound });
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
