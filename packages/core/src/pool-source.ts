import type { Attribution } from './attribution/attribution.ts';
import { AttributeSet } from './attributes.ts';
import type { MetricDefinition } from './catalogue.ts';
import { OutriderError, show } from './errors.ts';
import type { MetricSource, MetricVisitor } from './metric-source.ts';
import { POOL_FAMILIES } from './pool-family.ts';
import type { PoolFamily, PoolMetrics } from './pool-family.ts';
import { PoolFamilyTimings, PoolTimings } from './pool-timings.ts';
import type { PoolReader, PoolStats, Registered } from './probe.ts';
import { Probes } from './probes.ts';
import type { SeriesBudget } from './recorder/series-budget.ts';
import { warnOnce } from './warn.ts';

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
  readonly probes: Probes<PoolStats, PoolReader>;
  readonly #budget: SeriesBudget;
  readonly #attribution: Attribution;
  readonly #pools = new Map<string, Pool>();
  readonly #timings = new Map<PoolFamily, PoolFamilyTimings>();
  // A target is timed once, whatever it is registered as: a second time would be counted twice.
  readonly #timed = new WeakMap<object, PoolTimings>();

  /** @param enabled whether anything is registered at all */
  constructor(budget: SeriesBudget, attribution: Attribution, enabled = true) {
    this.#budget = budget;
    this.#attribution = attribution;
    this.probes = new Probes<PoolStats, PoolReader>('pool', enabled, (name) => this.#pools.delete(name));
  }

  /**
   * Registers a pool.
   *
   * @throws {OutriderError} OUTRIDER_PROBE_NAME, OUTRIDER_PROBE_TARGET, OUTRIDER_PROBE_TIMINGS
   */
  add(given: object | (() => PoolStats), { name, limit, timings = false }: PoolProbeOptions): void {
    if (timings) this.#refuseUntimed(given, name);
    this.probes.add(given, name, name, { onFound: (found) => this.#register(found, { name, limit, timings }) });
  }

  #register({ target, reader }: Registered<PoolReader>, { name, limit, timings }: PoolProbeOptions): void {
    const kind = reader?.family ?? 'database';
    const family = POOL_FAMILIES[kind];
    const attributes = { [family.nameAttribute]: name };
    this.#pools.set(name, {
      family,
      timings: timings ? this.#time(target, reader, kind, name) : undefined,
      // What was read from an environment variable may well be NaN.
      limit: Number.isFinite(limit) ? limit : undefined,
      pool: new AttributeSet(attributes),
      used: new AttributeSet({ ...attributes, [family.stateAttribute]: family.used }),
      idle: new AttributeSet({ ...attributes, [family.stateAttribute]: 'idle' }),
      pendingBefore: 0,
      pendingNow: 0,
    });
  }

  // Before anything is registered: what is refused leaves nothing behind.
  #refuseUntimed(given: object | (() => PoolStats), name: string): void {
    const { reader } = this.probes.find(given, name);
    if (reader?.time !== undefined) return;
    throw new OutriderError('OUTRIDER_PROBE_TIMINGS', { name: show(name), library: reader?.library ?? 'a function' });
  }

  #time(target: object, reader: PoolReader | undefined, kind: PoolFamily, name: string): PoolTimings {
    let timings = this.#timed.get(target);
    if (timings === undefined) {
      const family = POOL_FAMILIES[kind];
      let told = this.#timings.get(kind);
      if (told === undefined) {
        told = new PoolFamilyTimings(family, this.#budget, TIMED_POOLS);
        this.#timings.set(kind, told);
      }
      timings = new PoolTimings(told, this.#attribution, { [family.nameAttribute]: name });
      reader?.time?.(target, timings);
      // Without the name: there may be any number of them.
      if (timings.overflows) {
        warnOnce(
          'there is no room for the times of so many pools: those of further ones are in one series, otel.metric.overflow',
        );
      }
      this.#timed.set(target, timings);
    }
    return timings;
  }

  /** Looks how many callers wait, between two readings. */
  look(): void {
    if (this.#pools.size === 0) return;
    for (const { key, figure: pending } of this.probes.peek((stats) => stats.pending)) {
      const pool = this.#pools.get(key)!;
      if (Number.isFinite(pending) && pending > pool.pendingNow) pool.pendingNow = pending;
    }
  }

  /** Begins the next window of the high-water marks. */
  sample(): void {
    for (const pool of this.#pools.values()) {
      pool.pendingBefore = highWater(pool);
      pool.pendingNow = 0;
    }
    // After all were asked: a pool of two names has its times once.
    for (const { timings } of this.#pools.values()) timings?.rotate();
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
