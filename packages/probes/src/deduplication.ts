import { NumberMetric, getObserver } from '@outrider/core';
import type { Observer } from '@outrider/core';
import { metricDefinition } from '@outrider/core/catalogue';
import { checkName } from './instrument-options.ts';

const SERIES_LIMIT = 200;

/** How a deduplication is called, and who tells of it. */
export interface DeduplicationOptions {
  /** Unique among those of the process. */
  readonly name: string;
  /** @default the observer of the process */
  readonly observer?: Observer | undefined;
}

/** Has work that is asked for several times at once done once. */
export interface Deduplication {
  /**
   * Does the work, or shares what is being done for the same key now: its result, and its error too. Nothing is kept once
   * it is done.
   *
   * @param key what the work is for, compared as by a Map; it is not told to anybody
   * @param work may be asynchronous; called at once, if it is
   */
  run<Result>(key: unknown, work: () => Result | PromiseLike<Result>): Promise<Awaited<Result>>;
  /** Counts a request that was made, for those who deduplicate by other means. */
  unique(): void;
  /** Counts a request that shared the answer of another, for those who deduplicate by other means. */
  shared(): void;
}

// One metric an observer, for all deduplications.
const metrics = new WeakMap<Observer, NumberMetric>();

function metricOf(observer: Observer): NumberMetric {
  let metric = metrics.get(observer);
  if (metric === undefined) {
    metric = new NumberMetric(metricDefinition('dedup.requests'), observer.budget, SERIES_LIMIT);
    metrics.set(observer, metric);
    observer.addSource(metric);
  }
  return metric;
}

/**
 * Deduplicates requests, and counts how many were made (`dedup.requests` with the result `unique`) and how many shared the
 * answer of one that was under way (`shared`).
 *
 * @throws {OutriderError} OUTRIDER_OPTION
 * @example
 * const products = deduplication({ name: 'products' });
 * const product = await products.run(42, async () => ({ id: 42, name: 'a chair' }));
 */
export function deduplication({ name, observer = getObserver() }: DeduplicationOptions): Deduplication {
  checkName('name', name);
  const metric = metricOf(observer);
  const uniqueSeries = metric.series({ 'dedup.name': name, 'dedup.result': 'unique' });
  const sharedSeries = metric.series({ 'dedup.name': name, 'dedup.result': 'shared' });
  const underWay = new Map<unknown, Promise<unknown>>();
  return {
    run<Result>(key: unknown, work: () => Result | PromiseLike<Result>): Promise<Awaited<Result>> {
      const same = underWay.get(key) as Promise<Awaited<Result>> | undefined;
      if (same !== undefined) {
        metric.add(sharedSeries, 1);
        return same;
      }
      metric.add(uniqueSeries, 1);
      // It is there before the work begins, for work that asks for the same again at once.
      const { promise, resolve, reject } = Promise.withResolvers<Awaited<Result>>();
      underWay.set(key, promise);
      // Whoever goes on after the work, and asks again, has it done again: forgotten first, told then.
      const end = async (): Promise<void> => {
        try {
          const result = await work();
          underWay.delete(key);
          resolve(result);
        } catch (error) {
          underWay.delete(key);
          reject(error);
        }
      };
      void end();
      return promise;
    },
    unique: () => metric.add(uniqueSeries, 1),
    shared: () => metric.add(sharedSeries, 1),
  };
}
