import { canonicalNumber } from '@outrider/core/catalogue';
import type { Exemplar, ExponentialPoint, HistogramPoint, NumberPoint, SummaryPoint } from '../metric.ts';
import { toPowersOfTwo } from './exponential-bounds.ts';
import { byBucket, exemplarText, newest } from './exemplar-text.ts';
import { LabelWriter } from './label-set.ts';
import type { BaseLabels } from './label-set.ts';

type Point = NumberPoint | HistogramPoint | ExponentialPoint | SummaryPoint;

/** How the samples of a family are written. */
export interface SampleOptions {
  /** Whether exemplars are written where they are known. */
  readonly exemplars: boolean;
  /** Whether figures that are no counts by the letter of OpenMetrics are left out. */
  readonly strict: boolean;
}

/** Writes the samples of one family. */
export class SampleWriter {
  readonly #name: string;
  readonly #exemplars: boolean;
  readonly #strict: boolean;
  readonly #labels = new LabelWriter();
  readonly #written = new Set<string>();
  #bounds: readonly number[] = [];
  /** What follows the labels of the lines of the buckets with these bounds. */
  #boundsText: readonly string[] = [];

  constructor(name: string, options: SampleOptions) {
    this.#name = name;
    this.#exemplars = options.exemplars;
    this.#strict = options.strict;
  }

  /** The lines of a point; `undefined` if its series has been written. */
  write(point: Point, base: BaseLabels): string | undefined {
    if ('value' in point) return this.#number(point, base);
    if ('quantiles' in point) return this.#summary(point, base);
    return this.#histogram('scale' in point ? toPowersOfTwo(point) : point, base);
  }

  #number(point: NumberPoint, base: BaseLabels): string | undefined {
    const labels = this.#series(point, base);
    if (labels === undefined) return undefined;
    const exemplar = this.#exemplars && point.exemplars !== undefined ? newest(point.exemplars) : undefined;
    return `${sample(this.#name, labels)} ${value(point.value)}${shown(exemplar)}\n`;
  }

  #summary(point: SummaryPoint, base: BaseLabels): string | undefined {
    const labels = this.#series(point, base, 'quantile');
    if (labels === undefined) return undefined;
    const lead = `${this.#name}{${labels === '' ? '' : `${labels},`}quantile="`;
    let text = '';
    for (const [quantile, measured] of point.quantiles) {
      if (this.#strict && measured < 0) continue;
      text += `${lead}${canonicalNumber(quantile)}"} ${value(measured)}\n`;
    }
    return text + this.#totals(labels, point.count, point.sum, false);
  }

  #histogram(point: HistogramPoint, base: BaseLabels): string | undefined {
    const labels = this.#series(point, base, 'le');
    if (labels === undefined) return undefined;
    const lead = `${this.#name}_bucket{${labels === '' ? '' : `${labels},`}`;
    const { bounds, counts, exemplars } = point;
    const bucketEnds = this.#bucketEnds(bounds);
    const marked = this.#exemplars && exemplars !== undefined ? byBucket(exemplars, bounds) : undefined;
    let text = '';
    let seen = 0;
    for (let i = 0; i < bounds.length; i += 1) {
      seen += counts[i] ?? 0;
      // A sender may name +Inf as its last bound; that line comes once, below.
      if (bounds[i] !== Infinity) text += `${lead}${bucketEnds[i]}${seen}${shown(marked?.get(i))}\n`;
    }
    const total = counts.length === 0 ? point.count : seen + (counts[bounds.length] ?? 0);
    text += `${lead}le="+Inf"} ${total}${shown(marked?.get(Infinity))}\n`;
    return text + this.#totals(labels, total, point.sum, (bounds[0] ?? 0) < 0);
  }

  /** Sum and count. By the letter of OpenMetrics both are there or none, and none where values may be below 0. */
  #totals(labels: string, count: number, sum: number | undefined, mayBeNegative: boolean): string {
    if (this.#strict && (sum === undefined || sum < 0 || mayBeNegative)) return '';
    const written = sum === undefined ? '' : `${sample(`${this.#name}_sum`, labels)} ${value(sum)}\n`;
    return `${written}${sample(`${this.#name}_count`, labels)} ${count}\n`;
  }

  #series(point: Point, base: BaseLabels, reserved?: string): string | undefined {
    const labels = this.#labels.write(base, point.attributes, reserved);
    const before = this.#written.size;
    return this.#written.add(labels).size === before ? undefined : labels;
  }

  // The points of a family mostly have the same bounds, though not the same array.
  #bucketEnds(bounds: readonly number[]): readonly string[] {
    const same = this.#bounds.length === bounds.length && this.#bounds.every((bound, i) => bound === bounds[i]);
    if (!same) this.#boundsText = bounds.map((bound) => `le="${canonicalNumber(bound)}"} `);
    this.#bounds = bounds;
    return this.#boundsText;
  }
}

function shown(exemplar: Exemplar | undefined): string {
  return exemplar === undefined ? '' : exemplarText(exemplar);
}

function sample(name: string, labels: string): string {
  return labels === '' ? name : `${name}{${labels}}`;
}

function value(number: number): string {
  if (number === Infinity) return '+Inf';
  return number === -Infinity ? '-Inf' : String(number);
}
