import { attributesKey } from '../metric.ts';
import type { Metric } from '../metric.ts';
import type { Base } from './base.ts';
import { isCumulative, magnitude } from './cumulative.ts';
import { metricKey } from './points.ts';
import type { RoomLimits } from './room.ts';
import { weightOf } from './weight.ts';

interface Departure {
  readonly metrics: readonly Metric[];
  readonly base: Base;
  readonly series: number;
  readonly weight: number;
}

/**
 * What sessions had counted when their slot was taken over. A process that was only silent (stopped by a debugger, or
 * frozen) pushes all of that again when it comes back, and it is in the base of its former slot already.
 */
export class Departures {
  readonly #limits: RoomLimits;
  readonly #departures = new Map<string, Departure>();
  #series = 0;
  #weight = 0;

  /** @param limits what is remembered, over all sessions, beside what is held; the oldest are forgotten beyond it */
  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  /** Notes what a session had counted, and the base that it was added to. */
  remember(key: string, all: readonly Metric[], base: Base): void {
    this.#delete(key);
    const metrics = all.filter(isCumulative);
    const series = metrics.reduce((sum, { points }) => sum + points.length, 0);
    // It takes nothing of the limit, so nothing would ever end it.
    if (series === 0) return;
    const weight = metrics.reduce((sum, metric) => sum + weightOf(metric), 0);
    this.#departures.set(key, { metrics, base, series, weight });
    this.#series += series;
    this.#weight += weight;
    for (const oldest of this.#departures.keys()) {
      if (this.#series <= this.#limits.seriesLimit && this.#weight <= this.#limits.weightLimit) break;
      this.#delete(oldest);
    }
  }

  /**
   * What of the figures of a session that opens is in a base already: nothing for a session that is new, nor for one that
   * has counted less than it once had, which is another process under the same id.
   */
  recall(key: string, pushed: readonly Metric[]): readonly Metric[] {
    const metrics = this.#departures.get(key)?.metrics ?? [];
    if (!haveFallen(metrics, pushed)) return metrics;
    this.#delete(key);
    return [];
  }

  /** Forgets the sessions whose counts were in a base that is gone. */
  forget(base: Base): void {
    for (const [key, departure] of this.#departures) if (departure.base === base) this.#delete(key);
  }

  #delete(key: string): void {
    const departure = this.#departures.get(key);
    this.#series -= departure?.series ?? 0;
    this.#weight -= departure?.weight ?? 0;
    this.#departures.delete(key);
  }
}

/** Whether any count of `before` is less now, as it is when a process has begun anew. */
export function haveFallen(before: readonly Metric[], now: readonly Metric[]): boolean {
  const counted = new Map<string, number>();
  for (const metric of before) {
    for (const point of metric.points) counted.set(seriesKey(metric, point), magnitude(point));
  }
  return now.some((metric) =>
    metric.points.some((point) => magnitude(point) < (counted.get(seriesKey(metric, point)) ?? -Infinity)),
  );
}

function seriesKey(metric: Metric, { attributes }: Metric['points'][number]): string {
  return `${metricKey(metric)}${attributesKey(attributes)}`;
}
