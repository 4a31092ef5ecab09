import { attributesKey } from '../metric.ts';
import type { Attributes, Metric } from '../metric.ts';
import { addPoints, countsOf, isCumulative, magnitude, negated } from './cumulative.ts';
import type { Point } from './cumulative.ts';
import { metricKey, withPoints } from './points.ts';
import { pointWeight } from './weight.ts';

// More than ever end before the last of their sessions is forgotten, unless something is badly wrong.
const REMEMBERED_PROCESSES = 32;

interface Held {
  /** The metric without its points. */
  readonly head: Metric;
  readonly points: Map<string, Point>;
}

/**
 * What the processes counted that had a worker slot before: added to what the next one counts, so that the totals of the
 * slot go on rising. Gauges and sums that may fall are not in it: what they told is over.
 *
 * It keeps copies, down to the text of the attributes, and holds on to nothing that came with a request.
 */
export class Base {
  readonly #metrics = new Map<string, Held>();
  readonly #processes = new Set<string>();
  #series = 0;
  #weight = 0;

  /** Points held. */
  get series(): number {
    return this.#series;
  }

  /** Roughly the bytes held. */
  get weight(): number {
    return this.#weight;
  }

  /** The processes whose counts are in it, the last of them at least. */
  get processes(): readonly string[] {
    return [...this.#processes];
  }

  /** Notes that counts of a process are in it. */
  addProcess(process: string): void {
    this.#processes.delete(process);
    this.#processes.add(process);
    const [oldest] = this.#processes;
    if (this.#processes.size > REMEMBERED_PROCESSES && oldest !== undefined) this.#processes.delete(oldest);
  }

  /** Adds what a process counted. */
  add(metric: Metric): void {
    for (const point of cumulativePoints(metric)) this.#put(metric, point);
  }

  /** Takes away what a process counted that goes on counting from there. */
  subtract(metric: Metric): void {
    for (const point of cumulativePoints(metric)) this.#put(metric, negated(point));
  }

  #put(metric: Metric, point: Point): void {
    const key = metricKey(metric);
    let held = this.#metrics.get(key);
    if (held === undefined) {
      held = { head: structuredClone(withPoints(metric, [])), points: new Map() };
      this.#metrics.set(key, held);
    }
    const series = attributesKey(point.attributes);
    const before = held.points.get(series);
    const attributes: Attributes = before?.attributes ?? (JSON.parse(series) as Attributes);
    // Set anew, so that the series that are longest out of use come first.
    if (!held.points.delete(series)) this.#series += 1;
    const sum = { ...copyOf(before === undefined ? point : addPoints(before, point)), attributes };
    held.points.set(series, sum);
    this.#weight += pointWeight(metric.name, sum) - (before === undefined ? 0 : pointWeight(metric.name, before));
  }

  /** The keys of the series of a metric. */
  keysOf(metric: Metric): ReadonlySet<string> {
    return new Set(this.#metrics.get(metricKey(metric))?.points.keys());
  }

  /** How many series of a metric it has. */
  seriesOf(metric: Metric): number {
    return this.#metrics.get(metricKey(metric))?.points.size ?? 0;
  }

  /**
   * Drops series, of each metric those first that are longest out of use.
   *
   * @param count how many at the most
   * @param isSpared tells by the keys of the metric and of the attributes which stay
   * @returns how many it dropped
   */
  drop(count: number, isSpared: (metric: string, series: string) => boolean): number {
    let dropped = 0;
    for (const [metric, { head, points }] of this.#metrics) {
      for (const [series, point] of points) {
        if (dropped >= count) return dropped;
        if (isSpared(metric, series)) continue;
        points.delete(series);
        this.#series -= 1;
        this.#weight -= pointWeight(head.name, point);
        dropped += 1;
      }
      if (points.size === 0) this.#metrics.delete(metric);
    }
    return dropped;
  }

  /** What all processes of the slot counted, the one that has it now included; its gauges are as they are. */
  total(own: readonly Metric[]): readonly Metric[] {
    const alone = new Map(this.#metrics);
    const totals = own.map((metric) => {
      const key = metricKey(metric);
      const held = alone.get(key);
      alone.delete(key);
      return held === undefined ? metric : totalOf(metric, held);
    });
    for (const held of alone.values()) totals.push(totalOf(held.head, held));
    return totals.filter(({ points }) => points.length > 0);
  }
}

function cumulativePoints(metric: Metric): readonly Point[] {
  return isCumulative(metric) ? metric.points : [];
}

function totalOf(metric: Metric, held: Held): Metric {
  const alone = new Map(held.points);
  const continued = metric.points.map((point) => {
    const key = attributesKey(point.attributes);
    const before = alone.get(key);
    alone.delete(key);
    return before === undefined ? point : addPoints(before, point);
  });
  // Less than nothing is what a process that came back has yet to tell again.
  return withPoints(
    metric,
    [...continued, ...alone.values()].filter((point) => magnitude(point) >= 0),
  );
}

function copyOf(sent: Point): Point {
  const point = countsOf(sent);
  if ('value' in point) return point;
  // Figures of a moment, and the process is gone.
  if ('quantiles' in point) return { ...point, quantiles: [] };
  return 'scale' in point
    ? { ...point, counts: [...point.counts] }
    : { ...point, bounds: [...point.bounds], counts: [...point.counts] };
}
