import type { Attributes, Metric } from '../metric.ts';
import type { SlowRequest } from '../slow-request.ts';
import { Base } from './base.ts';
import { isCumulative } from './cumulative.ts';
import { processOf } from './identity.ts';
import type { Identity } from './identity.ts';
import { haveSameSeries, metricKey, pointKeys } from './points.ts';

/** `live` pushes; `stale` has stopped without a word; `ended` has said goodbye. */
export type SessionState = 'live' | 'stale' | 'ended';

// How many of the last intervals count: enough to see past a flush between two regular pushes.
const REMEMBERED_INTERVALS = 4;
const SHORTEST_PATIENCE_MS = 15_000;
const UNKNOWN_PATIENCE_MS = 180_000;
const KEPT_AFTER_SILENCE_MS = 300_000;

interface Own {
  readonly metric: Metric;
  /** How many series of the base it continues. */
  readonly continued: number;
}

/** One process that pushes, from its first push until it is forgotten or its slot is taken over. */
export class Session {
  readonly identity: Identity;
  readonly worker: number;
  /** What the processes counted that had the slot before. */
  readonly base: Base;
  resource: Attributes;
  /** The last slow requests it told; undefined if it never told any. */
  slowRequests: readonly SlowRequest[] | undefined;
  state: SessionState = 'live';
  readonly #own = new Map<string, Own>();
  #ownSeries = 0;
  #continued = 0;
  #totals: readonly Metric[] | undefined;
  readonly #intervals: number[] = [];
  #pushedAt: number | undefined;
  #silentSince = 0;

  constructor(identity: Identity, worker: number, resource: Attributes, base: Base = new Base()) {
    this.identity = identity;
    this.worker = worker;
    this.resource = resource;
    this.base = base;
  }

  /** What the process told last. */
  get own(): readonly Metric[] {
    return [...this.#own.values()].map(({ metric }) => metric);
  }

  /** What the processes of the slot told together. */
  get metrics(): readonly Metric[] {
    this.#totals ??= this.base.series === 0 ? this.own : this.base.total(this.own);
    return this.#totals;
  }

  /** The processes whose counts are in it. */
  get processes(): readonly string[] {
    const own = processOf(this.resource);
    return own === undefined ? this.base.processes : [own, ...this.base.processes];
  }

  /** Points held, over all metrics; a series that continues one of the base is one with it. */
  get series(): number {
    return this.#ownSeries + this.#alone;
  }

  get #alone(): number {
    return this.base.series - this.#continued;
  }

  /** Points held of a metric. */
  seriesOf(metric: Metric): number {
    const own = this.#own.get(metricKey(metric));
    return (own?.metric.points.length ?? 0) + this.base.seriesOf(metric) - (own?.continued ?? 0);
  }

  /** The keys of the series of a metric. */
  keysOf(metric: Metric): ReadonlySet<string> {
    const own = this.#own.get(metricKey(metric))?.metric;
    return new Set([...(own === undefined ? [] : pointKeys(own)), ...this.base.keysOf(metric)]);
  }

  /** Puts a metric in the place of its predecessor. */
  replace(metric: Metric): void {
    const key = metricKey(metric);
    const before = this.#own.get(key);
    if (metric.points.length === 0) return this.#remove(key);
    const isSame = before !== undefined && haveSameSeries(before.metric, metric);
    const continued = isSame ? before.continued : this.#continuedBy(metric);
    this.#own.set(key, { metric, continued });
    this.#ownSeries += metric.points.length - (before?.metric.points.length ?? 0);
    this.#continued += continued - (before?.continued ?? 0);
    this.#totals = undefined;
  }

  /** Ends what was true at a moment, of any metric but these. What was counted stays: a count does not fall. */
  retain(metrics: readonly Metric[]): void {
    const told = new Set(metrics.map(metricKey));
    for (const [key, { metric }] of this.#own) if (!told.has(key) && !isCumulative(metric)) this.#remove(key);
  }

  #continuedBy(metric: Metric): number {
    if (this.base.seriesOf(metric) === 0) return 0;
    const held = this.base.keysOf(metric);
    return [...new Set(pointKeys(metric))].filter((key) => held.has(key)).length;
  }

  #remove(key: string): void {
    const own = this.#own.get(key);
    this.#own.delete(key);
    this.#ownSeries -= own?.metric.points.length ?? 0;
    this.#continued -= own?.continued ?? 0;
    this.#totals = undefined;
  }

  /**
   * Drops series of the base that the process has not continued, up to `count` of them.
   *
   * @param coming metrics that are about to be put in; what they continue stays
   * @returns how many it dropped
   */
  release(count: number, coming: readonly Metric[]): number {
    if (this.#alone === 0) return 0;
    const spared = new Map<string, Set<string>>();
    for (const metric of [...this.own, ...coming]) {
      const key = metricKey(metric);
      spared.set(key, new Set([...(spared.get(key) ?? []), ...pointKeys(metric)]));
    }
    this.#totals = undefined;
    return this.base.drop(count, (metric, series) => spared.get(metric)?.has(series) === true);
  }

  /** Adds what the process counted to the base, which is its successor's. */
  fold(): Base {
    for (const metric of this.own) this.base.add(metric);
    const process = processOf(this.resource);
    if (process !== undefined) this.base.addProcess(process);
    return this.base;
  }

  /** Notes a push at `now`, which also wakes a session that was given up. */
  pushed(now: number): void {
    const gap = this.#pushedAt === undefined ? Infinity : now - this.#pushedAt;
    // A longer silence is a pause (a suspended machine, a blocked process) and says nothing about the interval.
    if (gap <= UNKNOWN_PATIENCE_MS) {
      this.#intervals.push(gap);
      if (this.#intervals.length > REMEMBERED_INTERVALS) this.#intervals.shift();
    }
    this.#pushedAt = now;
    this.state = 'live';
  }

  /** Whether the session has been silent for longer than it ever takes between two pushes. */
  isOverdue(now: number): boolean {
    const patience =
      this.#intervals.length === 0
        ? UNKNOWN_PATIENCE_MS
        : Math.max(SHORTEST_PATIENCE_MS, 3 * Math.max(...this.#intervals));
    return this.state === 'live' && now - (this.#pushedAt ?? now) > patience;
  }

  /** Ends the live part: what was true at a moment goes, what was counted stays. */
  leave(state: 'stale' | 'ended', now: number): void {
    this.state = state;
    this.#silentSince = now;
    for (const [key, { metric }] of this.#own) if (!isCumulative(metric)) this.#remove(key);
  }

  /** Whether a session that is not live has been kept long enough for its last counts to be read. */
  isForgettable(now: number): boolean {
    return this.state !== 'live' && now - this.#silentSince >= KEPT_AFTER_SILENCE_MS;
  }
}
