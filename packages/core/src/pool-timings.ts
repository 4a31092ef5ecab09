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
  readonly waitTime: HistogramMetric | undefined;
  readonly useTime: HistogramMetric | undefined;
  readonly createTime: HistogramMetric | undefined;

  /** @param limit pools at the most */
  constructor(metrics: PoolMetrics, budget: SeriesBudget, limit: number) {
    const histogram = (definition: PoolMetrics['waitTime']): HistogramMetric | undefined =>
      definition && new HistogramMetric(definition, OPERATION_BOUNDS, budget, limit);
    this.timeouts = metrics.timeouts && new NumberMetric(metrics.timeouts, budget, limit);
    this.waitTime = histogram(metrics.waitTime);
    this.useTime = histogram(metrics.useTime);
    this.createTime = histogram(metrics.createTime);
  }

  collect(visitor: MetricVisitor): void {
    for (const metric of [this.timeouts, this.waitTime, this.useTime, this.createTime]) metric?.collect(visitor);
  }
}

/** Times of one pool, which its reader fills in. What the family has no metric for is left out. */
export class PoolTimings {
  /** The most callers that waited at once, since {@link rotate}. */
  pendingMax = 0;
  #pending = 0;
  readonly #attribution: Attribution;
  readonly #timeout: (() => void) | undefined;
  readonly #waited: ((seconds: number) => void) | undefined;
  readonly #used: ((seconds: number) => void) | undefined;
  readonly #created: ((seconds: number) => void) | undefined;

  constructor(family: PoolFamilyTimings, attribution: Attribution, attributes: Readonly<Record<string, string>>) {
    this.#attribution = attribution;
    const { timeouts } = family;
    const timeoutSeries = timeouts?.series(attributes) ?? 0;
    this.#timeout = timeouts && (() => timeouts.add(timeoutSeries, 1));
    const recorder = (metric: HistogramMetric | undefined): ((seconds: number) => void) | undefined => {
      if (metric === undefined) return undefined;
      const series = metric.series(attributes);
      return (seconds) => metric.record(series, seconds);
    };
    this.#waited = recorder(family.waitTime);
    this.#used = recorder(family.useTime);
    this.#created = recorder(family.createTime);
  }

  /** A caller asks for a connection: its wait begins, for the pool and for the request that it is part of. */
  wait(): PoolWait {
    const begun = performance.now();
    const attributed = this.#attribution.begin('pool');
    this.#pending++;
    if (this.#pending > this.pendingMax) this.pendingMax = this.#pending;
    let over = false;
    return {
      end: (result) => {
        if (over) return;
        over = true;
        this.#pending--;
        attributed?.end();
        // What was waited for in vain is no time that it takes to get a connection.
        if (result === 'ok') this.#waited?.((performance.now() - begun) / 1000);
        else if (result === 'timeout') this.#timeout?.();
      },
    };
  }

  /** A connection was given back after so many seconds of use. */
  used(seconds: number): void {
    this.#used?.(seconds);
  }

  /** A connection was opened, in so many seconds. */
  created(seconds: number): void {
    this.#created?.(seconds);
  }

  /** Begins the next window of {@link pendingMax}. */
  rotate(): void {
    this.pendingMax = this.#pending;
  }
}
