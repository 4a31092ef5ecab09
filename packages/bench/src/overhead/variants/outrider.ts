import { getObserver } from '@outrider/core';
import type { MetricVisitor } from '@outrider/core';
import { outrider } from '@outrider/express';
import type { Variant } from '../variant.ts';

/** Outrider with nothing but its defaults: both headers, all metrics, the slow log, the push. */
export function start(): Variant {
  return { install: (app) => app.use(outrider()), recorded };
}

async function recorded(): Promise<number> {
  const observer = getObserver();
  const pushed = await observer.push();
  if (pushed !== 'ok') throw new Error(`the push to the sidecar was ${pushed}`);
  const counter = new DurationCounter();
  observer.collect(counter);
  return counter.count;
}

class DurationCounter implements MetricVisitor {
  count = 0;
  #counts = false;

  metric({ name }: Parameters<MetricVisitor['metric']>[0]): void {
    this.#counts = name === 'http.server.request.duration';
  }

  histogram(...[, bounds, counts, at]: Parameters<MetricVisitor['histogram']>): void {
    if (!this.#counts) return;
    for (let bucket = at; bucket <= at + bounds.length; bucket++) this.count += counts[bucket]!;
  }

  number(): void {
    // Only the histogram counts.
  }

  exponential(): void {
    // Counts the same requests again, by route.
  }
}
