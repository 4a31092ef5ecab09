import { over, reach } from './counted-limits.ts';
import type { CountedLimits } from './counted-limits.ts';
import { RequestError } from '../http/request-error.ts';
import { attributesKey } from '../metric.ts';
import type { Attributes, Metric } from '../metric.ts';
import { cutText, flatAttributes } from './attribute-text.ts';
import type { Decoded, DropReason, ResourceMetrics } from './decoded.ts';
import { modernized } from './old-conventions.ts';
import type { RawAttributes, RawMetric, RawPoint, RawPoints } from './otlp-parts.ts';
import { CUMULATIVE, DELTA } from './otlp-parts.ts';
import { counterPoint, differencePoint, exponentialPoint } from './otlp-points.ts';
import { histogramPoint, numberPoint, summaryPoint } from './otlp-points.ts';

type MakePoint<Raw, Point> = (raw: Raw, attributes: Attributes) => Point | undefined;

/** What is made of a request beside what is in every one. */
export interface OtlpOptions {
  /** Whether points get name and version of their instrumentation scope as attributes. @default false */
  readonly scopeLabels?: boolean;
}

/** A metric of older conventions in its place among the metrics of a resource, and what it is called today. */
interface OldMetric {
  readonly resource: Attributes;
  readonly metrics: Metric[];
  readonly at: number;
  readonly modern: Metric;
}

/**
 * Makes the metrics of a request out of the parts that a decoder finds in it, and keeps the limits. Both encodings go
 * through it, so that the same data gives the same result.
 */
export class OtlpBuilder {
  readonly #limits: CountedLimits;
  readonly #options: OtlpOptions;
  readonly #resources: ResourceMetrics[] = [];
  readonly #dropped = new Map<DropReason, number>();
  readonly #old: OldMetric[] = [];
  #resource: Attributes | undefined;
  #scope = '';
  #scopeLabels: RawAttributes = [];
  #metrics: Metric[] = [];
  #begun = 0;
  #told = 0;
  #read = 0;
  #stored = 0;

  constructor(limits: CountedLimits, options: OtlpOptions = {}) {
    this.#limits = limits;
    this.#options = options;
  }

  /**
   * Begins a resource: the metrics that follow are its.
   *
   * @throws {RequestError} 413 if there are too many
   */
  resource(attributes: RawAttributes): void {
    this.#begun += 1;
    if (this.#begun > this.#limits.resources) {
      const message = `The request holds more than ${this.#limits.resources} resources: send fewer.`;
      throw new RequestError(413, message, { limit: 'resourcesPerRequest' });
    }
    const isOver = attributes.length > this.#limits.attributesPerResource;
    if (isOver) reach(this.#limits, 'attributesPerResource');
    this.#resource = isOver ? undefined : flatAttributes(attributes, this.#limits);
    this.#metrics = [];
    // Even without metrics it says something: that the process lives, or that it ends.
    if (attributes.length > 0) this.#keepResource();
  }

  /** Begins an instrumentation scope: the metrics that follow are its. */
  scope(name: string, version: string): void {
    this.#scope = name;
    const labels = [['otel.scope.name', name] as const, ['otel.scope.version', version] as const];
    this.#scopeLabels = this.#options.scopeLabels === true ? labels.filter(([, value]) => value !== '') : [];
  }

  /**
   * Adds a metric to the resource; what cannot be stored of it is dropped and counted.
   *
   * @throws {RequestError} 413 if there are too many
   */
  metric(raw: RawMetric): void {
    this.#told += 1;
    if (this.#told > this.#limits.metrics) {
      const message = `The request holds more than ${this.#limits.metrics} metrics: send fewer.`;
      throw new RequestError(413, message, { limit: 'metricsPerRequest' });
    }
    const temporality = 'temporality' in raw ? raw.temporality : CUMULATIVE;
    if (temporality !== CUMULATIVE && temporality !== DELTA) return this.#drop('unsupported_temporality', raw.size);
    if (this.#resource === undefined || !this.#isNamed(raw)) return this.#drop('invalid_point', raw.size);
    // Making something of each of many metrics that are not kept would take its time.
    if (this.#read === this.#limits.points) return this.#beyond(raw.size);
    const metric = this.#build(raw, temporality === DELTA);
    if (metric.points.length === 0) return;
    this.#keepResource();
    const modern = modernized(metric, this.#scope);
    if (modern !== undefined) {
      this.#old.push({ resource: this.#resource, metrics: this.#metrics, at: this.#metrics.length, modern });
    }
    this.#metrics.push(metric);
    this.#stored += metric.points.length;
  }

  /** What came of the request. */
  finish(): Decoded {
    if (this.#old.length > 0) this.#modernize();
    const decoded = { resources: this.#resources, points: this.#stored, dropped: this.#dropped };
    const { reached } = this.#limits;
    return reached.size === 0 ? decoded : { ...decoded, reached };
  }

  /** Renames what older conventions call otherwise, unless the process sends it by its name of today as well. */
  #modernize(): void {
    const byProcess = new Map<string, Set<string>>();
    const sent = new Map<Attributes, ReadonlySet<string>>();
    for (const { resource, metrics } of this.#resources) {
      // A process can be there more than once.
      const process = attributesKey(resource);
      const names = byProcess.get(process) ?? new Set();
      for (const { name } of metrics) names.add(name);
      byProcess.set(process, names);
      sent.set(resource, names);
    }
    for (const { resource, metrics, at, modern } of this.#old) {
      if (modern.name !== metrics[at]?.name && sent.get(resource)?.has(modern.name) === true) continue;
      metrics[at] = modern;
    }
  }

  #isNamed({ name, unit }: RawMetric): boolean {
    if (name.length > this.#limits.nameLength) reach(this.#limits, 'nameLength');
    else if (unit.length > this.#limits.unitLength) reach(this.#limits, 'unitLength');
    else return name !== '';
    return false;
  }

  /** Points beyond those that are taken of a request, which is counted once. */
  #beyond(points: number): void {
    if (points > 0 && !this.#dropped.has('too_many_points')) reach(this.#limits, 'pointsPerRequest');
    this.#drop('too_many_points', points);
  }

  #keepResource(): void {
    const kept = this.#resources.at(-1)?.metrics === this.#metrics;
    if (this.#resource !== undefined && !kept) {
      this.#resources.push({ resource: this.#resource, metrics: this.#metrics });
    }
  }

  #build(raw: RawMetric, delta: boolean): Metric {
    const head = {
      name: raw.name.toWellFormed(),
      unit: raw.unit.toWellFormed(),
      description: this.#description(raw.description),
    };
    switch (raw.type) {
      case 'gauge':
        return { ...head, kind: 'gauge', points: this.#points(raw, numberPoint) };
      case 'sum':
        return raw.monotonic
          ? { ...head, kind: 'counter', points: this.#points(raw, timed(counterPoint, delta)) }
          : {
              ...head,
              kind: 'updowncounter',
              points: this.#points(raw, delta ? timed(differencePoint, true) : numberPoint),
            };
      case 'histogram':
        return { ...head, kind: 'histogram', points: this.#points(raw, timed(histogramPoint, delta)) };
      case 'exponentialHistogram':
        return { ...head, kind: 'exponential_histogram', points: this.#points(raw, timed(exponentialPoint, delta)) };
      default:
        return { ...head, kind: 'summary', points: this.#points(raw, summaryPoint) };
    }
  }

  #description(text: string): string {
    if (text.length > this.#limits.valueLength) reach(this.#limits, 'labelLength');
    return cutText(text, this.#limits.valueLength);
  }

  #points<Raw extends RawPoint, Point>(
    { size, points }: { readonly size: number; readonly points: RawPoints<Raw> },
    make: MakePoint<Raw, Point>,
  ): Point[] {
    const made: Point[] = [];
    const readable = Math.min(size, this.#limits.points - this.#read);
    this.#read += readable;
    this.#beyond(size - readable);
    if (readable === 0) return made;
    let left = readable;
    for (const raw of points) {
      if (raw?.noValue !== true) {
        const point = this.#point(raw, make);
        if (point === undefined) this.#drop('invalid_point', 1);
        else made.push(point);
      }
      left -= 1;
      if (left === 0) break;
    }
    return made;
  }

  #point<Raw extends RawPoint, Point>(raw: Raw | undefined, make: MakePoint<Raw, Point>): Point | undefined {
    if (raw === undefined) return undefined;
    if (raw.attributes.length > this.#limits.attributesPerPoint) return over(this.#limits, 'attributesPerPoint');
    const labels = this.#scopeLabels.filter(([label]) => raw.attributes.every(([name]) => name !== label));
    const all = labels.length === 0 ? raw.attributes : [...raw.attributes, ...labels];
    const attributes = flatAttributes(all, this.#limits);
    return attributes === undefined ? undefined : make(raw, attributes);
  }

  #drop(reason: DropReason, points: number): void {
    if (points > 0) this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + points);
  }
}

/** Gives the points of a delta the time that they count. */
function timed<Raw extends RawPoint, Point extends object>(
  make: MakePoint<Raw, Point>,
  delta: boolean,
): MakePoint<Raw, Point> {
  if (!delta) return make;
  return (raw, attributes) => {
    const point = make(raw, attributes);
    return point && { ...point, interval: { start: raw.start, end: raw.time } };
  };
}
