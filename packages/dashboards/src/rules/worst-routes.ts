import { RATES } from '../measures/recorded.ts';
import { ROUTE } from '../measures/regressions.ts';

const MOST = 3;

/**
 * A sentence in Prometheus' templates that names the routes which did most of what an alert about an application counts;
 * nothing where none did. Prometheus asks for them whenever it evaluates an alert that is pending or fires.
 *
 * @param counted a second, by labels: what the alert counts, such as failed requests
 */
export function worstRoutes(counted: (by: string) => string): string {
  const share = `${counted(ROUTE)} / on (job) group_left () ${counted('job')} > 0`;
  // %q is the name of the job, in quotes.
  const worst = `sort_desc(topk(${MOST}, ${share} and on (job) ${RATES.count}{job=%q}))`;
  const route = '{{ or .Labels.http_route "(no route)" }} ({{ .Value | humanizePercentage }})';
  return (
    `{{ with printf \`${worst}\` $labels.job | query }} Most of them in the last 5 minutes: ` +
    `{{ range $place, $sample := . }}{{ if $place }}, {{ end }}{{ with $sample }}${route}{{ end }}{{ end }}.{{ end }}`
  );
}
