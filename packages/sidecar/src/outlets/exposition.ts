import { prometheusName, prometheusType } from '@outrider/core/catalogue';
import type { PrometheusType } from '@outrider/core/catalogue';
import type { HistogramPoint, Metric, NumberPoint } from '../metric.ts';
import { LabelWriter } from './label-set.ts';
import type { BaseLabels } from './label-set.ts';

interface Family {
  readonly name: string;
  readonly type: PrometheusType;
  readonly help: string;
  /** Written samples by label set, without its braces. */
  readonly samples: Map<string, string>;
}

/** Why points were left out of the text. */
export type OmissionReason = 'conflicting_type' | 'duplicate_series' | 'invalid_name';

/**
 * Writes metrics in the Prometheus text format 0.0.4: one family a name, whatever sources its points come from.
 *
 * The format cannot carry exponential histograms; they are left out. Of two metrics that want one name for different
 * types, and of two points that want the same series, the first added stays and `onOmission` hears of the other.
 */
export class Exposition {
  readonly #families = new Map<string, Family>();
  /** Every name a line can begin with -> the family that has it. */
  readonly #claims = new Map<string, Family>();
  readonly #labels = new LabelWriter();
  readonly #onOmission: (name: string, reason: OmissionReason) => void;

  constructor(onOmission: (name: string, reason: OmissionReason) => void) {
    this.#onOmission = onOmission;
  }

  add(metric: Metric, base: BaseLabels): void {
    if (metric.kind === 'exponential_histogram' || metric.kind === 'summary') return;
    const family = this.#family(metric);
    if (family === undefined) return;
    if (metric.kind === 'histogram') for (const point of metric.points) this.#histogram(family, point, base);
    else for (const point of metric.points) this.#number(family, point, base);
  }

  /** The text: families by name, series by labels. */
  text(): string {
    return [...this.#families.values()]
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, type, help, samples }) => {
        const lines = [...samples].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
        return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
      })
      .join('');
  }

  #family(metric: Exclude<Metric, { kind: 'exponential_histogram' | 'summary' }>): Family | undefined {
    const name = prometheusName(metric.name, metric.unit, metric.kind);
    const type = prometheusType(name, metric.kind);
    const known = this.#families.get(name);
    if (known?.type === type) return known;
    const claimed = type === 'histogram' ? [name, `${name}_bucket`, `${name}_count`, `${name}_sum`] : [name];
    // Prometheus writes `up` itself, for every target.
    if (name === '' || name === 'up') return this.#omit(metric.name, 'invalid_name');
    if (claimed.some((claim) => this.#claims.has(claim))) return this.#omit(metric.name, 'conflicting_type');
    const help = escapeHelp(metric.description || `OpenTelemetry metric ${metric.name}.`);
    const family: Family = { name, type, help, samples: new Map() };
    this.#families.set(name, family);
    for (const claim of claimed) this.#claims.set(claim, family);
    return family;
  }

  #number(family: Family, point: NumberPoint, base: BaseLabels): void {
    const labels = this.#labels.write(base, point.attributes);
    this.#sample(family, labels, () => `${series(family.name, labels)} ${value(point.value)}\n`);
  }

  #histogram(family: Family, point: HistogramPoint, base: BaseLabels): void {
    const labels = this.#labels.write(base, point.attributes, 'le');
    this.#sample(family, labels, () => {
      const prefix = labels === '' ? '' : `${labels},`;
      let text = '';
      let seen = 0;
      for (const [i, bound] of point.bounds.entries()) {
        seen += point.counts[i] ?? 0;
        // A sender may name +Inf as its last bound; that line comes once, below.
        if (bound !== Infinity) text += `${family.name}_bucket{${prefix}le="${value(bound)}"} ${seen}\n`;
      }
      const total = point.counts.length === 0 ? point.count : seen + (point.counts[point.bounds.length] ?? 0);
      text += `${family.name}_bucket{${prefix}le="+Inf"} ${total}\n`;
      if (point.sum !== undefined) text += `${series(`${family.name}_sum`, labels)} ${value(point.sum)}\n`;
      return `${text}${series(`${family.name}_count`, labels)} ${total}\n`;
    });
  }

  #sample(family: Family, labels: string, write: () => string): void {
    if (family.samples.has(labels)) this.#omit(family.name, 'duplicate_series');
    else family.samples.set(labels, write());
  }

  #omit(name: string, reason: OmissionReason): undefined {
    this.#onOmission(name, reason);
  }
}

function series(name: string, labels: string): string {
  return labels === '' ? name : `${name}{${labels}}`;
}

function value(number: number): string {
  if (number === Infinity) return '+Inf';
  return number === -Infinity ? '-Inf' : String(number);
}

function escapeHelp(text: string): string {
  return text.toWellFormed().replace(/[\\\n]/g, (mark) => (mark === '\n' ? '\\n' : '\\\\'));
}
