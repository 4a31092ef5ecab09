import type { MetricKind } from './metric-kind.ts';

// UCUM unit -> suffix, as the OpenTelemetry Collector's translator writes them
// (pkg/translator/prometheus, UnderscoreEscapingWithSuffixes). Maps, since a sender's unit can be `constructor`.
const UNITS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    d: 'days',
    h: 'hours',
    min: 'minutes',
    s: 'seconds',
    ms: 'milliseconds',
    us: 'microseconds',
    ns: 'nanoseconds',
    By: 'bytes',
    KiBy: 'kibibytes',
    MiBy: 'mebibytes',
    GiBy: 'gibibytes',
    TiBy: 'tibibytes',
    KBy: 'kilobytes',
    MBy: 'megabytes',
    GBy: 'gigabytes',
    TBy: 'terabytes',
    m: 'meters',
    V: 'volts',
    A: 'amperes',
    J: 'joules',
    W: 'watts',
    g: 'grams',
    Cel: 'celsius',
    Hz: 'hertz',
    '%': 'percent',
  }),
);

const PER: ReadonlyMap<string, string> = new Map(
  Object.entries({
    s: 'second',
    m: 'minute',
    h: 'hour',
    d: 'day',
    w: 'week',
    mo: 'month',
    y: 'year',
  }),
);

/**
 * The Prometheus name of an OpenTelemetry metric: dots become underscores, then come the unit and `_total`.
 *
 * @param name OpenTelemetry name, for example `http.server.request.duration`
 * @param unit UCUM unit, for example `s`
 * @example prometheusName('system.cpu.time', 's', 'counter') // 'system_cpu_time_seconds_total'
 */
export function prometheusName(name: string, unit: string, kind: MetricKind | 'summary'): string {
  let words = name.split(/[^a-zA-Z0-9:]+/).filter((word) => word !== '');
  const counter = kind === 'counter';
  // The suffixes come last, once, even where the name itself holds the word.
  if (counter) words = words.filter((word) => word !== 'total');
  for (const suffix of unitWords(unit, kind)) if (!words.includes(suffix)) words.push(suffix);
  if (counter) words.push('total');
  const joined = words.join('_');
  return /^[0-9]/.test(joined) ? `_${joined}` : joined;
}

/**
 * The unit of a metric as its Prometheus name ends with it, before `_total`; empty if the name says none.
 *
 * @example prometheusUnit('By/s', 'gauge') // 'bytes_per_second'
 */
export function prometheusUnit(unit: string, kind: MetricKind | 'summary'): string {
  return unitWords(unit, kind).join('_');
}

function unitWords(unit: string, kind: MetricKind | 'summary'): string[] {
  const bare = unit.replace(/\{[^}]*\}/g, '');
  if (bare === '1') return kind === 'gauge' ? ['ratio'] : [];
  const [main = '', per] = bare.split('/');
  const words: string[] = [];
  if (main !== '' && main !== '1') words.push(UNITS.get(main) ?? main.replace(/[^a-zA-Z0-9]+/g, '_'));
  if (per !== undefined && per !== '') words.push('per', PER.get(per) ?? per.replace(/[^a-zA-Z0-9]+/g, '_'));
  return words.filter((word) => word !== '' && word !== '_');
}

/** The Prometheus label of an OpenTelemetry attribute. @example prometheusLabel('http.route') // 'http_route' */
export function prometheusLabel(attribute: string): string {
  const label = attribute.replace(/[^a-zA-Z0-9]+/g, '_');
  if (/^[0-9]/.test(label)) return `key_${label}`;
  // Prometheus keeps names that begin with an underscore to itself and its exporters.
  return label.startsWith('_') ? `key${label}` : label;
}

/** The types of the Prometheus text format that are used here. */
export type PrometheusType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

/**
 * The type that a Prometheus name is declared with.
 *
 * db_client_connection_count and process_unix_file_descriptor_count are gauges by name and meaning, but a declared
 * gauge must not end like a part of a histogram: promtool rejects it. Untyped says nothing, and PromQL does not mind.
 */
export function prometheusType(
  name: string,
  kind: Exclude<MetricKind | 'summary', 'exponential_histogram'>,
): PrometheusType {
  if (kind === 'histogram' || kind === 'summary') return kind;
  if (/_(?:count|sum|bucket)$/.test(name)) return 'untyped';
  return kind === 'counter' ? 'counter' : 'gauge';
}
