const MOST = 3;
const LEAST_SHARE = 0.1;

/** The job of an alert, in a query of {@link worstRoutes}: a matcher, in quotes as PromQL has them. */
export const OF_ITS_JOB = 'job=%[1]q';

/**
 * A sentence in Prometheus' templates that names the routes with the most of what an alert about an application counts.
 * Prometheus asks for them whenever it evaluates an alert that is pending or fires, so it is to ask for recorded series of
 * that job only; and a query that fails takes the whole text with it.
 *
 * @param counted what the alert counts, by job and route; every selector has {@link OF_ITS_JOB}
 * @param within how long ago it looks, such as `5 minutes`
 */
export function worstRoutes(counted: string, within: string): string {
  const share = `${counted} / on (job) group_left () sum by (job) (${counted}) >= ${LEAST_SHARE}`;
  const worst = `sort_desc(topk(${MOST}, ${share}))`;
  const route = '{{ or .Labels.http_route "(no route)" }} ({{ .Value | humanizePercentage }})';
  return (
    ` {{ with printf \`${worst}\` $labels.job | query }}The routes with the most of them in the last ${within}: ` +
    `{{ range $place, $sample := . }}{{ if $place }}, {{ end }}{{ with $sample }}${route}{{ end }}{{ end }}.` +
    `{{ else }}No route has a tenth of them.{{ end }}`
  );
}
