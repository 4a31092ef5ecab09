import { prometheusLabel, prometheusName } from '@outrider/core/catalogue';
import { metricDefinition } from '@outrider/core/whole-catalogue';

/** What a series of a histogram counts. */
export type HistogramPart = '_bucket' | '_count' | '_sum';

// Labels that /metrics adds to the attributes of the catalogue: those of applications, and of histograms.
const ADDED: ReadonlySet<string> = new Set(['job', 'instance', 'worker', 'le']);

/**
 * A selector of the series of a metric, by its OpenTelemetry name and attributes, as /metrics has them.
 *
 * @param matchers attribute (or job, instance, worker, le) to operator and value, such as `{ 'http.route': '=~".+"' }`
 * @throws {Error} if the catalogue has no such metric, or the metric no such attribute
 * @example series('http.server.request.duration', { job: '=~"$job"' }, '_count')
 */
export function series(
  name: string,
  matchers: Readonly<Record<string, string>> = {},
  part: HistogramPart | '' = '',
): string {
  const { unit, kind, attributes } = metricDefinition(name);
  if ((kind === 'histogram') !== (part !== ''))
    throw new Error(`${name} is a ${kind}: it has ${part === '' ? 'parts' : 'none'}`);
  const labels = Object.entries(matchers).map(([attribute, matcher]) => {
    if (!attributes.includes(attribute) && !ADDED.has(attribute))
      throw new Error(`${name} has no attribute ${attribute}`);
    if (attribute === 'le' && part !== '_bucket') throw new Error(`only buckets of ${name} have le`);
    return prometheusLabel(attribute) + matcher;
  });
  const selector = labels.length === 0 ? '' : `{${labels.join(',')}}`;
  return `${prometheusName(name, unit, kind)}${part}${selector}`;
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
