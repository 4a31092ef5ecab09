import { catalogue } from '../catalogue.ts';
import type { MetricDefinition } from '../catalogue.ts';
import { OutriderError, show } from '../errors.ts';
import { prometheusName } from '../prometheus-name.ts';

// What Prometheus writes itself for every target, or OpenTelemetry for every resource.
const FOREIGN = [
  'up', 'target_info', 'scrape_duration_seconds', 'scrape_timeout_seconds', 'scrape_samples_scraped',
  'scrape_samples_post_metric_relabeling', 'scrape_series_added', 'scrape_sample_limit', 'scrape_body_size_bytes',
]; // oxfmt-ignore

/** Whose the names on /metrics are. One name has one type there, so a second metric that wants it would be left out. */
export class ExposedNames {
  readonly #owners = new Map<string, string>();

  constructor() {
    for (const name of FOREIGN) this.#owners.set(name, 'Prometheus');
    for (const definition of catalogue.values()) {
      for (const name of exposedNames(definition)) this.#owners.set(name, definition.name);
    }
  }

  /**
   * Takes the names that a metric of the application has on /metrics.
   *
   * @throws {OutriderError} OUTRIDER_INSTRUMENT_TAKEN
   */
  take(definition: MetricDefinition): void {
    const { name, kind } = definition;
    const names = exposedNames(definition);
    for (const exposed of names) {
      const owner = this.#ownerOf(exposed) ?? (catalogue.has(name) ? name : undefined);
      if (owner !== undefined) {
        throw new OutriderError('OUTRIDER_INSTRUMENT_TAKEN', { kind, name: show(name), exposed, owner });
      }
    }
    for (const exposed of names) this.#owners.set(exposed, name);
  }

  #ownerOf(exposed: string): string | undefined {
    return this.#owners.get(exposed) ?? (exposed.startsWith('outrider_') ? 'Outrider' : undefined);
  }
}

function exposedNames({ name, unit, kind }: MetricDefinition): readonly string[] {
  // The text format cannot carry it.
  if (kind === 'exponential_histogram') return [];
  const exposed = prometheusName(name, unit, kind);
  return kind === 'histogram' ? [exposed, `${exposed}_bucket`, `${exposed}_count`, `${exposed}_sum`] : [exposed];
}
