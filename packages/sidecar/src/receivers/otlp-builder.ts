import { RequestError } from '../http/request-error.ts';
import type { Attributes, Metric } from '../metric.ts';
import { cutText, flatAttributes } from './attribute-text.ts';
import type { Decoded, DropReason, ResourceMetrics } from './decoded.ts';
import type { OtlpLimits } from './otlp-limits.ts';
import type { RawAttributes, RawMetric, RawPoints } from './otlp-parts.ts';
import { CUMULATIVE } from './otlp-parts.ts';
import { counterPoint, exponentialPoint, histogramPoint, numberPoint } from './otlp-points.ts';

interface PointParts {
  readonly attributes: RawAttributes;
  readonly noValue: boolean;
}

type StorableMetric = Exclude<RawMetric, { readonly type: 'summary' }>;

/**
 * Makes the metrics of a request out of the parts that a decoder finds in it, and keeps the limits. Both encodings go
 * through it, so that the same data gives the same result.
 */
export class OtlpBuilder {
  readonly #limits: OtlpLimits;
  readonly #resources: ResourceMetrics[] = [];
  readonly #dropped = new Map<DropReason, number>();
  #resource: Attributes | undefined;
  #metrics: Metric[] = [];
  #begun = 0;
  #read = 0;
  #stored = 0;

  constructor(limits: OtlpLimits) {
    this.#limits = limits;
  }

  /**
   * Begins a resource: the metrics that follow are its.
   *
   * @throws {RequestError} 413 if there are too many
   */
  resource(attributes: RawAttributes): void {
    this.#begun += 1;
    if (this.#begun > this.#limits.resources) {
      throw new RequestError(413, `The request holds more than ${this.#limits.resources} resources: send fewer.`);
    }
    this.#resource = flatAttributes(attributes, this.#limits.attributesPerResource, this.#limits);
    this.#metrics = [];
    // Even without metrics it says something: that the process lives, or that it ends.
    if (attributes.length > 0) this.#keepResource();
  }

  /** Adds a metric to the resource; what cannot be stored of it is dropped and counted. */
  metric(raw: RawMetric): void {
    if (raw.type === 'summary') return this.#drop('unsupported_type', raw.size);
    if (raw.type !== 'gauge' && raw.temporality !== CUMULATIVE) return this.#drop('unsupported_temporality', raw.size);
    const named = raw.name !== '' && raw.name.length <= this.#limits.nameLength;
    if (this.#resource === undefined || !named || raw.unit.length > this.#limits.unitLength) {
      return this.#drop('invalid_point', raw.size);
    }
    const metric = this.#build(raw);
    if (metric.points.length === 0) return;
    this.#keepResource();
    this.#metrics.push(metric);
    this.#stored += metric.points.length;
  }

  /** What came of the request. */
  finish(): Decoded {
    return { resources: this.#resources, points: this.#stored, dropped: this.#dropped };
  }

  #keepResource(): void {
    const kept = this.#resources.at(-1)?.metrics === this.#metrics;
    if (this.#resource !== undefined && !kept) {
      this.#resources.push({ resource: this.#resource, metrics: this.#metrics });
    }
  }

  #build(raw: StorableMetric): Metric {
    const head = {
      name: raw.name.toWellFormed(),
      unit: raw.unit.toWellFormed(),
      description: cutText(raw.description, this.#limits.valueLength),
    };
    switch (raw.type) {
      case 'gauge':
        return { ...head, kind: 'gauge', points: this.#points(raw, numberPoint) };
      case 'sum':
        return raw.monotonic
          ? { ...head, kind: 'counter', points: this.#points(raw, counterPoint) }
          : { ...head, kind: 'updowncounter', points: this.#points(raw, numberPoint) };
      case 'histogram':
        return { ...head, kind: 'histogram', points: this.#points(raw, histogramPoint) };
      default:
        return { ...head, kind: 'exponential_histogram', points: this.#points(raw, exponentialPoint) };
    }
  }

  #points<Raw extends PointParts, Point>(
    { size, points }: { readonly size: number; readonly points: RawPoints<Raw> },
    make: (raw: Raw, attributes: Attributes) => Point | undefined,
  ): Point[] {
    const made: Point[] = [];
    const readable = Math.min(size, this.#limits.points - this.#read);
    this.#read += readable;
    this.#drop('too_many_points', size - readable);
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

  #point<Raw extends PointParts, Point>(
    raw: Raw | undefined,
    make: (raw: Raw, attributes: Attributes) => Point | undefined,
  ): Point | undefined {
    if (raw === undefined) return undefined;
    const attributes = flatAttributes(raw.attributes, this.#limits.attributesPerPoint, this.#limits);
    return attributes === undefined ? undefined : make(raw, attributes);
  }

  #drop(reason: DropReason, points: number): void {
    if (points > 0) this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + points);
  }
}
