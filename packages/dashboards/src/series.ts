import { prometheusLabel, prometheusName } from '@outrider/core/catalogue';
import { metricDefinition } from '@outrider/core/whole-catalogue';
import type { Matchers } from './config.ts';

/** What a series of a histogram counts. */
export type HistogramPart = '_bucket' | '_count' | '_sum';

// Labels that /metrics adds to the attributes of the catalogue: those of applications, and of histograms.
const ADDED: ReadonlySet<string> = new Set(['job', 'instance', 'worker', 'le']);

/**
 * A selector of the series of a metric, by its OpenTelemetry name and attributes, as /metrics has them.
 *
 * @param matchers attribute (or job, instance, worker, le) to operator and value, such as `{ 'http.route': '=~".+"' }`
 * @param among labels that the metric need not have by the catalogue: those of a Prometheus installation
 * @throws {Error} if the catalogue has no such metric, or the metric no such attribute
 * @example series('http.server.request.duration', { job: '=~"$job"' }, '_count')
 */
export function series(
  name: string,
  matchers: Matchers = {},
  part: HistogramPart | '' = '',
  among: Matchers = {},
): string {
  const { unit, kind, attributes } = metricDefinition(name);
  if ((kind === 'histogram') !== (part !== ''))
    throw new Error(`${name} is a ${kind}: it has ${part === '' ? 'parts' : 'none'}`);
  const own = Object.entries(matchers).map(([attribute, matcher]) => {
    if (!attributes.includes(attribute) && !ADDED.has(attribute))
      throw new Error(`${name} has no attribute ${attribute}`);
    if (attribute === 'le' && part !== '_bucket') throw new Error(`only buckets of ${name} have le`);
    return prometheusLabel(attribute) + matcher;
  });
  return `${prometheusName(name, unit, kind)}${part}${braces([...written(among), ...own])}`;
}

/** The matchers of a selector, by the names that Prometheus has for labels. */
export function selector(matchers: Matchers): string {
  return braces(written(matchers));
}

/**
 * Matchers, and what a dashboard's variables choose among them. A label may have both: all that there is to choose is
 * whatever has the label, also where the matchers let in less.
 *
 * @example choosing({ job: '=~"shop-.*"' }, { job: '=~"$job"' }) // { job: '=~"shop-.*",job=~"$job"' }
 */
export function choosing(matchers: Matchers, chosen: Matchers): Matchers {
  const both = Object.entries(chosen).map(([label, choice]) => {
    const given = matchers[label];
    return [label, given === undefined ? choice : `${given},${label}${choice}`] as const;
  });
  return { ...matchers, ...Object.fromEntries(both) };
}

function written(matchers: Matchers): readonly string[] {
  return Object.entries(matchers).map(([label, matcher]) => label + matcher);
}

function braces(matchers: readonly string[]): string {
  return matchers.length === 0 ? '' : `{${matchers.join(',')}}`;
}

/**
 * The matcher of a bucket's bound, in both spellings: Prometheus 2 takes `le="3"` as it is written, Prometheus 3 makes
 * `le="3.0"` of it.
 *
 * @param bound one of the histogram's bounds
 * @throws {Error} if it is none: a share above it could only be guessed
 */
export function le(bound: number, bounds: readonly number[]): string {
  if (!bounds.includes(bound))
    throw new Error(`${bound} is no bound of the histogram; these are: ${bounds.join(', ')}`);
  const text = String(bound).replace('.', '[.]');
  return Number.isInteger(bound) ? `=~"${text}([.]0)?"` : `="${bound}"`;
}
