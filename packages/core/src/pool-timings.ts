import type { Attribution } from './attribution/attribution.ts';
import { OPERATION_BOUNDS } from './bounds.ts';
import { HistogramMetric } from './instruments/histogram-metric.ts';
import { NumberMetric } from './instruments/number-metric.ts';
import type { MetricSource, MetricVisitor } from './metric-source.ts';
import type { PoolMetrics } from './pool-family.ts';
import type { SeriesBudget } from './recorder/series-budget.ts';

/** How a wait for a connection ended. */
export type WaitResult = 'ok' | 'timeout' | 'error';

/** A caller that waits for a connection. */
export interface PoolWait {
  /** Ends it; a second call does nothing. */
  end(result: WaitResult): void;
}

/** The times of all pools of a family. */
export class PoolFamilyTimings implements MetricSource {
  readonly timeouts: NumberMetric | undefined;
  readonly errors: NumberMetric | undefined;
  readonly waitTime: HistogramMetric | undefined;
  readonly useTime: HistogramMetric | undefined;
  readonly createTime: HistogramMetric | undefined;

  /** @param limit pools at the most */
  constructor(metrics: PoolMetrics, budget: SeriesBudget, limit: number) {
    const histogram = (definition: PoolMetrics['waitTime']): HistogramMetric | undefined =>
      definition && new HistogramMetric(definition, OPERATION_BOUNDS, budget, limit);
    this.timeouts = metrics.timeouts && new NumberMetric(metrics.timeouts, budget, limit);
    this.errors = metrics.errors && new NumberMetric(metrics.errors, budget, limit);
    this.waitTime = histogram(metrics.waitTime);
    this.useTime = histogram(metrics.useTime);
    this.createTime = histogram(metrics.createTime);
  }

  collect(visitor: MetricVisitor): void {
    const metrics = [this.timeouts, this.errors, this.waitTime, this.useTime, this.createTime];
    for (const metric of metrics) metric?.collect(visitor);
  }
}

/** Times of one pool, which its reader fills in. What the family has no metric for is left out. */
export class PoolTimings {
  /** Whether there was no room for series of its own: some are those of all pools beyond the limits. */
  readonly overflows: boolean;
  #pending = 0;
  #pendingMax = 0;
  #looksSoon = false;
  readonly #attribution: Attribution;
  readonly #timeout: (() => void) | undefined;
  readonly #error: (() => void) | undefined;
  readonly #waited: ((seconds: number) => void) | undefined;
  readonly #used: ((seconds: number) => void) | undefined;
  readonly #created: ((seconds: number) => void) | undefined;

  constructor(family: PoolFamilyTimings, attribution: Attribution, attributes: Readonly<Record<string, string>>) {
    this.#attribution = attribution;
    let overflows = false;
    const counter = (metric: NumberMetric | undefined): (() => void) | undefined => {
      if (metric === undefined) return undefined;
      const series = metric.series(attributes);
      overflows ||= metric.isOverflow(series);
      return () => metric.add(series, 1);
    };
    this.#timeout = counter(family.timeouts);
    this.#error = counter(family.errors);
    const recorder = (metric: HistogramMetric | undefined): ((seconds: number) => void) | undefined => {
      if (metric === undefined) return undefined;
      const series = metric.series(attributes);
      overflows ||= metric.isOverflow(series);
      return (seconds) => metric.record(series, seconds);
    };
    this.#waited = recorder(family.waitTime);
    this.#used = recorder(family.useTime);
    this.#created = recorder(family.createTime);
    this.overflows = overflows;
  }

  /** A caller asks for a connection: its wait begins, for the pool and for the request that it is part of. */
  wait(): PoolWait {
    const begun = performance.now();
    const attributed = this.#attribution.begin('pool');
    this.#pending++;
    this.#lookSoon();
    let over = false;
    return {
      end: (result) => {
        if (over) return;
        over = true;
        if (result !== 'ok') this.#pendingMax = this.pendingMax;
        this.#pending--;
        attributed?.end();
        // What was waited for in vain is no time that it takes to get a connection.
        if (result === 'ok') this.#waited?.((performance.now() - begun) / 1000);
        else if (result === 'timeout') this.#timeout?.();
        else this.#error?.();
      },
    };
  }

  /** Binds a caller's callback to the request it is part of: a pool calls it back where another one gives up its connection. */
  bind<Given extends unknown[], Result>(callback: (...given: Given) => Result): (...given: Given) => Result {
    return this.#attribution.bind(callback);
  }

  // A pool with a free connection hands it over in the same turn, though not at once: that is no queue. Once a turn.
  #lookSoon(): void {
    if (this.#looksSoon) return;
    this.#looksSoon = true;
    setImmediate(() => {
      this.#looksSoon = false;
      this.#pendingMax = this.pendingMax;
    }).unref();
  }

  /** A connection was given back after so many seconds of use. */
  used(seconds: number): void {
    this.#used?.(seconds);
  }

  /** A connection was opened, in so many seconds. */
  created(seconds: number): void {
    this.#created?.(seconds);
  }

  /**
   * The most callers that waited at once, since {@link rotate}. One that is served in the turn of the event loop in which
   * it asked did not wait.
   */
  get pendingMax(): number {
    return Math.max(this.#pendingMax, this.#pending);
  }

  /** Begins the next window of {@link pendingMax}. */
  rotate(): void {
    this.#pendingMax = this.#pending;
  }
}
