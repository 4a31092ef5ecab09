import { prometheusLabel, prometheusName, prometheusType } from '@outrider/core/catalogue';
import type { MetricShape } from './request-shape.ts';

/** A family of the Prometheus text format. */
export interface FamilyShape {
  readonly type: string;
  /** Names of the labels of all samples, sorted; without those that a scrape adds to what was measured. */
  readonly labels: readonly string[];
}

const ADDED = new Set(['job', 'instance', 'worker', 'le', 'quantile']);

/** The families of a text in the Prometheus format by name. No label value may hold an escaped mark. */
export function familiesOf(text: string): Map<string, FamilyShape> {
  const families = new Map<string, FamilyShape>();
  for (const family of text.split(/^# HELP /m).slice(1)) {
    const [, name = '', type = ''] = /^# TYPE (\S+) (\S+)$/m.exec(family) ?? [];
    const labels = [...family.matchAll(/^\w+\{(.*)\} \S+$/gm)].flatMap(([, list = '']) =>
      [...list.matchAll(/(\w+)="[^"]*"/g)].map(([, label = '']) => label),
    );
    families.set(name, { type, labels: [...new Set(labels)].filter((label) => !ADDED.has(label)).toSorted() });
  }
  return families;
}

/** What a scrape should show of metrics that were forwarded. */
export function expectedFamilies(forwarded: ReadonlyMap<string, MetricShape>): Map<string, FamilyShape> {
  const families = new Map<string, FamilyShape>();
  for (const [name, { unit, kind, attributes }] of forwarded) {
    // What the catalogue has as an exponential histogram, an explicit one tells to those who scrape.
    if (kind === 'exponential_histogram') continue;
    const family = prometheusName(name, unit, kind);
    const labels = attributes.map(prometheusLabel).toSorted();
    families.set(family, { type: prometheusType(family, kind), labels });
  }
  return families;
}
