import type { MetricVisitor, Observer } from '@outrider/core';
import type { Totals } from './totals.ts';

/** What an observer's latency histogram holds. */
export function outriderTotals(observer: Observer): Totals {
  const { series, count, sum } = new DurationReading(observer);
  return { series, count, sum };
}

class DurationReading implements MetricVisitor {
  series = 0;
  count = 0;
  sum = 0;
  #counts = false;

  constructor(observer: Observer) {
    observer.collect(this);
  }

  metric({ name }: Parameters<MetricVisitor['metric']>[0]): void {
    this.#counts = name === 'http.server.request.duration';
  }

  histogram(...[, bounds, counts, at, sum]: Parameters<MetricVisitor['histogram']>): void {
    if (!this.#counts) return;
    this.series++;
    this.sum += sum;
    for (let bucket = at; bucket <= at + bounds.length; bucket++) this.count += counts[bucket]!;
  }

  number(): void {
    // Only the histogram counts.
  }

  exponential(): void {
    // Counts the same requests again, by route.
  }
}
