import { catalogue } from '@outrider/core/whole-catalogue';
import { prometheusName } from '@outrider/core/catalogue';
import type { MetricDefinition } from '@outrider/core/catalogue';

const PARTS = ['', '_bucket', '_count', '_sum'] as const;

const byName: ReadonlyMap<string, { readonly definition: MetricDefinition; readonly part: string }> = new Map(
  [...catalogue.values()].flatMap((definition) =>
    PARTS.map((part) => [
      `${prometheusName(definition.name, definition.unit, definition.kind)}${part}`,
      { definition, part },
    ]),
  ),
);

/** The row of the catalogue that a metric of Prometheus is of; undefined for recorded ones and those of others. */
export function definitionOf(name: string): MetricDefinition | undefined {
  return byName.get(name)?.definition;
}

/** A name that a metric has instead of its own, and who gives it such names. */
export interface OtherName {
  readonly name: string;
  readonly why: string;
  readonly mend: string;
}

const TRANSLATION =
  'scrape the sidecar’s /metrics; or where OTLP goes to Prometheus itself: otlp: { translation_strategy: UnderscoreEscapingWithSuffixes } in prometheus.yml, and in a Collector’s exporter add_metric_suffixes: true';

const CLASSIC =
  'always_scrape_classic_histograms: true in the job of prometheus.yml; where OTLP goes to Prometheus itself, send histograms with explicit bounds';

/** The first of the spellings that other exporters have for a metric that is among `names`. */
export function otherName(name: string, names: ReadonlySet<string>): OtherName | undefined {
  const known = byName.get(name);
  if (known === undefined) return undefined;
  const { definition, part } = known;
  const bare = definition.name.replaceAll(/[^a-zA-Z0-9]+/g, '_');
  const full = name.slice(0, name.length - part.length);
  // A native histogram has one series, without parts.
  if (part !== '' && names.has(full))
    return { name: full, why: `is there as ${full}, a native histogram`, mend: CLASSIC };
  const spellings: ReadonlyArray<readonly [string, string]> = [
    [`${definition.name}${part}`, 'with the dots of OpenTelemetry'],
    [`${bare}${part}`, 'without a suffix for its unit'],
    [`${bare}_total${part}`, 'without a suffix for its unit'],
    [`${full.replace(/_total$/, '')}${part}`, 'without _total'],
    [`${full.replace(/_seconds\b/, '_milliseconds')}${part}`, 'in milliseconds'],
    [`${full.replace(/_ratio$/, '')}${part}`, 'without _ratio'],
    [`otel_${name}`, 'behind a namespace'],
  ];
  const found = spellings.find(([spelling]) => spelling !== name && names.has(spelling));
  return found && { name: found[0], why: `is there as ${found[0]}, ${found[1]}`, mend: TRANSLATION };
}
