const MAX_LABELS = 8;
const MAX_LABEL_LENGTH = 128;

const NAME = /^[a-zA-Z_][a-zA-Z0-9_.]*$/;

/**
 * Labels that no metric may have of the application, by their Prometheus names, under which they meet on /metrics: ours,
 * the sidecar's, and those of the text format.
 */
export const TAKEN_LABELS: readonly string[] = ['otel_metric_overflow', 'job', 'instance', 'worker', 'le', 'quantile'];

const REQUEST_LABELS: ReadonlySet<string> = new Set([
  ...TAKEN_LABELS,
  'http_request_method', 'http_route', 'http_response_status_code', 'url_scheme', 'error_type', 'service_version',
]); // oxfmt-ignore

/** Labels of the application's own, and how many of those it gave are unfit and left out. */
export interface CustomLabels {
  /** Undefined if there are none. */
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly unfit: number;
}

/**
 * Takes what the option `labels` has answered: eight labels at the most, each of a name that Prometheus takes and that is
 * not taken, its value a text, a number or a boolean of 128 characters at the most. One whose value is undefined is none.
 *
 * @param taken Prometheus names of the labels that the metric has already
 */
export function customLabels(given: unknown, taken: ReadonlySet<string> = REQUEST_LABELS): CustomLabels {
  // Of a text each character would be one.
  if (typeof given !== 'object' || given === null) return { labels: undefined, unfit: 1 };
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  const fit = entries.filter(([name, value]) => isFit(name, value, taken)).slice(0, MAX_LABELS);
  const labels = fit.map(([name, value]) => [name, String(value).slice(0, MAX_LABEL_LENGTH)] as const);
  return {
    labels: labels.length === 0 ? undefined : Object.fromEntries(labels),
    unfit: entries.length - fit.length,
  };
}

function isFit(name: string, value: unknown, taken: ReadonlySet<string>): boolean {
  const isValue = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return (
    isValue &&
    name.length <= MAX_LABEL_LENGTH &&
    NAME.test(name) &&
    !name.startsWith('__') &&
    !taken.has(name.replaceAll('.', '_'))
  );
}
