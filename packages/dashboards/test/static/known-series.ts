import { prometheusLabel, prometheusName } from '@outrider/core/catalogue';
import { catalogue } from '@outrider/core/whole-catalogue';
import type { MetricDefinition } from '@outrider/core/catalogue';
import { parsedOrNothing } from './bundle.ts';
import type { Group } from './bundle.ts';
import type { Expression } from './promql.ts';

/** A series that there is, and what is known of it. */
export type KnownSeries = FromCatalogue | Recorded | FromPrometheus;

export interface FromCatalogue {
  readonly from: 'catalogue';
  readonly definition: MetricDefinition;
  readonly part: '' | '_bucket' | '_count' | '_sum';
  readonly labels: ReadonlySet<string>;
}

export interface Recorded {
  readonly from: 'rules';
  readonly expr: Expression;
}

export interface FromPrometheus {
  readonly from: 'prometheus';
  readonly labels: ReadonlySet<string>;
}

// What Prometheus writes itself: about its targets, and about alerts, whose labels are those of ours.
const SCRAPED = new Set(['job', 'instance']);
const OWN: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['up', SCRAPED],
  ['scrape_duration_seconds', SCRAPED],
  ['scrape_samples_scraped', SCRAPED],
]);
const OF_ALERTS = ['alertname', 'alertstate', 'severity', 'signal', 'kind', 'window'];

const ALWAYS = ['job', 'instance', 'worker'];

/** All series that there are, by the names that Prometheus has for them. */
export function knownSeries(groups: readonly Group[]): ReadonlyMap<string, KnownSeries> {
  const all = new Map<string, KnownSeries>();
  for (const definition of catalogue.values()) {
    // Prometheus has no such histogram here: what it says is in the ordinary one.
    if (definition.kind === 'exponential_histogram') continue;
    const name = prometheusName(definition.name, definition.unit, definition.kind);
    const labels = [...ALWAYS, ...definition.attributes.map((attribute) => prometheusLabel(attribute))];
    if (definition.kind !== 'histogram')
      all.set(name, { from: 'catalogue', definition, part: '', labels: new Set(labels) });
    else {
      all.set(`${name}_bucket`, { from: 'catalogue', definition, part: '_bucket', labels: new Set([...labels, 'le']) });
      for (const part of ['_count', '_sum'] as const)
        all.set(`${name}${part}`, { from: 'catalogue', definition, part, labels: new Set(labels) });
    }
  }
  for (const { rules } of groups) {
    for (const { record, expr } of rules) {
      const [parsed] = parsedOrNothing(expr);
      if (record !== undefined && parsed !== undefined) all.set(record, { from: 'rules', expr: parsed });
    }
  }
  for (const [name, labels] of OWN) all.set(name, { from: 'prometheus', labels });
  all.set('ALERTS', { from: 'prometheus', labels: new Set([...OF_ALERTS, ...catalogueLabels()]) });
  return all;
}

function catalogueLabels(): readonly string[] {
  const attributes = [...catalogue.values()].flatMap((definition) => definition.attributes);
  return [...ALWAYS, ...attributes.map((attribute) => prometheusLabel(attribute))];
}
