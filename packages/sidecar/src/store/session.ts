import type { Attributes, Metric } from '../metric.ts';
import type { SlowRequest } from '../slow-request.ts';
import { metricKey } from './points.ts';

/** `live` pushes; `stale` has stopped without a word; `ended` has said goodbye. */
export type SessionState = 'live' | 'stale' | 'ended';

// How many of the last intervals count: enough to see past a flush between two regular pushes.
const REMEMBERED_INTERVALS = 4;
const SHORTEST_PATIENCE_MS = 15_000;
const UNKNOWN_PATIENCE_MS = 180_000;
const KEPT_AFTER_SILENCE_MS = 300_000;

/** One process that pushes, from its first push until it is forgotten. */
export class Session {
  readonly key: string;
  readonly service: string;
  readonly worker: number;
  resource: Attributes;
  /** The last slow requests it told; undefined if it never told any. */
  slowRequests: readonly SlowRequest[] | undefined;
  state: SessionState = 'live';
  /** Points held, over all metrics. */
  series = 0;
  readonly #metrics = new Map<string, Metric>();
  readonly #intervals: number[] = [];
  #pushedAt: number | undefined;
  #silentSince = 0;

  constructor(key: string, service: string, worker: number, resource: Attributes) {
    this.key = key;
    this.service = service;
    this.worker = worker;
    this.resource = resource;
  }

  get metrics(): readonly Metric[] {
    return [...this.#metrics.values()];
  }

  /** The metric that a push of this one would replace. */
  previous(metric: Metric): Metric | undefined {
    return this.#metrics.get(metricKey(metric));
  }

  /** Puts a metric in the place of its predecessor. */
  replace(metric: Metric): void {
    const key = metricKey(metric);
    this.series += metric.points.length - (this.#metrics.get(key)?.points.length ?? 0);
    if (metric.points.length === 0) this.#metrics.delete(key);
    else this.#metrics.set(key, metric);
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
    for (const [key, metric] of this.#metrics) {
      if (metric.kind !== 'gauge' && metric.kind !== 'updowncounter') continue;
      this.series -= metric.points.length;
      this.#metrics.delete(key);
    }
  }

  /** Whether a session that is not live has been kept long enough for its last counts to be read. */
  isForgettable(now: number): boolean {
    return this.state !== 'live' && now - this.#silentSince >= KEPT_AFTER_SILENCE_MS;
  }
}
