import type { Attribution } from './attribution/attribution.ts';
import { AttributeSet } from './attributes.ts';
import type { MetricDefinition } from './catalogue.ts';
import { OutriderError, show } from './errors.ts';
import type { MetricSource, MetricVisitor } from './metric-source.ts';
import { POOL_FAMILIES } from './pool-family.ts';
import type { PoolFamily, PoolMetrics } from './pool-family.ts';
import { PoolFamilyTimings, PoolTimings } from './pool-timings.ts';
import { Probes } from './probe.ts';
import type { PoolReader, PoolStats } from './probe.ts';
import type { SeriesBudget } from './recorder/series-budget.ts';

/** Pools of a family whose times are told, at the most. */
const TIMED_POOLS = 100;

/** How a pool is called, and what is told of it. */
export interface PoolProbeOptions {
  /** Unique among the pools of the process. */
  readonly name: string;
  /** The most connections it may open, where the pool hides it. */
  readonly limit?: number | undefined;
  /**
   * Whether to measure how long callers wait for a connection and use it, and how many give up: it is in the way of each
   * of them. @default false
   */
  readonly timings?: boolean | undefined;
}

interface Pool {
  readonly family: PoolMetrics;
  readonly timings: PoolTimings | undefined;
  readonly limit: number | undefined;
  readonly pool: AttributeSet;
  readonly used: AttributeSet;
  readonly idle: AttributeSet;
  /** The most callers that were seen waiting: in the last window, and in this one. */
  pendingBefore: number;
  pendingNow: number;
}

interface PoolReading extends Pool {
  readonly stats: PoolStats;
}

/** Tells what the registered pools hold, each under its own name: two pools to one database stay two. */
export class PoolSource implements MetricSource {
  readonly probes: Probes<PoolStats, PoolReader> = new Probes<PoolStats, PoolReader>('pool');
  readonly #budget: SeriesBudget;
  readonly #attribution: Attribution;
  readonly #pools = new Map<string, Pool>();
  readonly #timings = new Map<PoolFamily, PoolFamilyTimings>();
  // A target is timed once, whatever it is registered as: a second time would be counted twice.
  readonly #timed = new WeakMap<object, PoolTimings>();

  constructor(budget: SeriesBudget, attribution: Attribution) {
    this.#budget = budget;
    this.#attribution = attribution;
  }

  /**
   * Registers a pool.
   *
   * @throws {OutriderError} OUTRIDER_PROBE_NAME, OUTRIDER_PROBE_TARGET, OUTRIDER_PROBE_TIMINGS
   */
  add(given: object | (() => PoolStats), { name, limit, timings = false }: PoolProbeOptions): void {
    const { target, reader } = this.probes.add(given, name, name);
    const kind = reader?.family ?? 'database';
    const family = POOL_FAMILIES[kind];
    const attributes = { [family.nameAttribute]: name };
    this.#pools.set(name, {
      family,
      timings: timings ? this.#time(target, reader, kind, name) : undefined,
      limit,
      pool: new AttributeSet(attributes),
      used: new AttributeSet({ ...attributes, [family.stateAttribute]: family.used }),
      idle: new AttributeSet({ ...attributes, [family.stateAttribute]: 'idle' }),
      pendingBefore: 0,
      pendingNow: 0,
    });
  }

  #time(target: object, reader: PoolReader | undefined, kind: PoolFamily, name: string): PoolTimings {
    if (reader?.time === undefined) {
      const library = reader?.library ?? 'a function';
      throw new OutriderError('OUTRIDER_PROBE_TIMINGS', { name: show(name), library });
    }
    let timings = this.#timed.get(target);
    if (timings === undefined) {
      const family = POOL_FAMILIES[kind];
      let told = this.#timings.get(kind);
      if (told === undefined) {
        told = new PoolFamilyTimings(family, this.#budget, TIMED_POOLS);
        this.#timings.set(kind, told);
      }
      timings = new PoolTimings(told, this.#attribution, { [family.nameAttribute]: name });
      reader.time(target, timings);
      this.#timed.set(target, timings);
    }
    return timings;
  }

  /** Looks how many callers wait, between two readings. */
  look(): void {
    if (this.#pools.size === 0) return;
    for (const { key, stats } of this.probes.peek()) {
      const pool = this.#pools.get(key)!;
      if (stats.pending > pool.pendingNow) pool.pendingNow = stats.pending;
    }
  }

  /** Begins the next window of the high-water marks. */
  sample(): void {
    for (const pool of this.#pools.values()) {
      pool.pendingBefore = highWater(pool);
      pool.pendingNow = 0;
      pool.timings?.rotate();
    }
  }

  collect(visitor: MetricVisitor): void {
    const readings = this.probes.read().map(({ key, stats }) => ({ ...this.#pools.get(key)!, stats }));
    for (const family of Object.values(POOL_FAMILIES)) {
      const own = readings.filter((reading) => reading.family === family);
      if (own.length > 0) tellFamily(visitor, family, own);
    }
    for (const timings of this.#timings.values()) timings.collect(visitor);
  }
}

function highWater({ timings, pendingNow }: Pool): number {
  return Math.max(pendingNow, timings?.pendingMax ?? 0);
}

function tellFamily(visitor: MetricVisitor, family: PoolMetrics, readings: readonly PoolReading[]): void {
  visitor.metric(family.count);
  for (const { used, idle, stats } of readings) {
    if (stats.used !== undefined) visitor.number(used, stats.used);
    if (stats.idle !== undefined) visitor.number(idle, stats.idle);
  }
  const tell = (
    definition: MetricDefinition | undefined,
    figure: (reading: PoolReading) => number | undefined,
  ): void => {
    if (definition === undefined) return;
    visitor.metric(definition);
    for (const reading of readings) {
      const value = figure(reading);
      if (value !== undefined) visitor.number(reading.pool, value);
    }
  };
  tell(family.limit, ({ limit, stats }) => limit ?? stats.limit);
  tell(family.idleMin, ({ stats }) => stats.idleMin);
  tell(family.pending, ({ stats }) => stats.pending);
  tell(family.pendingMax, (reading) =>
    // One that does not say who waits has no high-water mark either.
    reading.stats.pending === undefined
      ? undefined
      : Math.max(reading.stats.pending, reading.pendingBefore, highWater(reading)),
  );
}
