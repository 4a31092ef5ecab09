import { prometheusName, prometheusType, prometheusUnit } from '@outrider/core/catalogue';
import { catalogue } from '@outrider/core/whole-catalogue';
import type { Metric } from '../metric.ts';
import type { ExpositionFormat, FamilyHead } from './exposition-format.ts';
import type { BaseLabels } from './label-set.ts';
import { SampleWriter } from './sample-writer.ts';

interface Family extends FamilyHead {
  readonly parts: Array<{ readonly metric: Metric; readonly base: BaseLabels }>;
}

/** Why points are left out of the text. */
export const OMISSION_REASONS = ['conflicting_type', 'duplicate_series', 'invalid_name', 'too_large'] as const;

/** Why points were left out of the text. */
export type OmissionReason = (typeof OMISSION_REASONS)[number];

/** Told of points that are left out, with the name of their metric. */
export type OnOmission = (name: string, reason: OmissionReason, points: number) => void;

// A piece is worth turning into bytes, and takes well under a millisecond to write.
const PIECE_CHARACTERS = 65_536;

// Applications may say so much with few and long labels that no memory holds the text; some 300 MB are 50,000 histograms.
const LONGEST_BYTES = 2 ** 29;

const NO_LABELS: BaseLabels = [];

/**
 * Writes metrics in a Prometheus text format: one family a name, whatever sources its points come from.
 *
 * Exponential histograms get powers of two as bounds, but for those of the catalogue: the same is told there by an
 * explicit histogram. Of two metrics that want one name for different types, and of two points that want the same series,
 * the first added stays and `onOmission` hears of the other.
 */
export class Exposition {
  readonly #families = new Map<string, Family>();
  /** Every name a line can begin with, and those that OpenMetrics reserves. */
  readonly #claims = new Set<string>();
  readonly #onOmission: OnOmission;
  readonly #longest: number;

  /** @param longest bytes from which on points of applications are left out */
  constructor(onOmission: OnOmission, longest: number = LONGEST_BYTES) {
    this.#onOmission = onOmission;
    this.#longest = longest;
  }

  /** Adds the points of a metric. They are looked at when they are written. */
  add(metric: Metric, base: BaseLabels = NO_LABELS): void {
    if (metric.points.length === 0) return;
    if (catalogue.get(metric.name)?.kind === 'exponential_histogram' && metric.kind === 'exponential_histogram') return;
    this.#family(metric)?.parts.push({ metric, base });
  }

  /** The text in pieces: families by name, series in the order in which they were added. */
  *write(format: ExpositionFormat): Generator<string, void> {
    const isFree = (name: string): boolean => !this.#claims.has(name);
    let written = 0;
    let text = '';
    for (const family of [...this.#families.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const declaration = format.declare(family, isFree);
      const samples = new SampleWriter(family.name, { exemplars: declaration.exemplars, strict: format.strict });
      // Written with the first sample: there may be none.
      let head = declaration.text;
      for (const { metric, base } of family.parts) {
        for (const [at, point] of metric.points.entries()) {
          if (written > this.#longest && base.length > 0) {
            this.#onOmission(metric.name, 'too_large', metric.points.length - at);
            break;
          }
          const lines = samples.write(point, base);
          if (lines === undefined) this.#onOmission(family.name, 'duplicate_series', 1);
          else if (lines !== '') {
            text += head + lines;
            head = '';
          }
          if (text.length < PIECE_CHARACTERS) continue;
          yield text;
          written += Buffer.byteLength(text);
          text = '';
        }
      }
    }
    yield text + format.end;
  }

  #family(metric: Metric): Family | undefined {
    const kind = metric.kind === 'exponential_histogram' ? 'histogram' : metric.kind;
    const name = prometheusName(metric.name, metric.unit, kind);
    const type = prometheusType(name, kind);
    const known = this.#families.get(name);
    if (known?.type === type) return known;
    // Prometheus writes `up` itself, for every target.
    if (name === '' || name === 'up') return this.#omit(metric, 'invalid_name');
    const claimed = [name, ...(SUFFIXES[type] ?? []).map((suffix) => name + suffix)];
    if (claimed.some((claim) => this.#claims.has(claim))) return this.#omit(metric, 'conflicting_type');
    const help = metric.description || `OpenTelemetry metric ${metric.name}.`;
    const family: Family = { name, type, unit: prometheusUnit(metric.unit, kind), help, parts: [] };
    this.#families.set(name, family);
    for (const claim of claimed) this.#claims.add(claim);
    return family;
  }

  #omit(metric: Metric, reason: OmissionReason): undefined {
    this.#onOmission(metric.name, reason, metric.points.length);
  }
}

const SUFFIXES: Readonly<Partial<Record<FamilyHead['type'], readonly string[]>>> = {
  histogram: ['_bucket', '_count', '_sum', '_created'],
  summary: ['_count', '_sum', '_created'],
};
