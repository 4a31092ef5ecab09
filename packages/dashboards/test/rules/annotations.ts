/** The URLs that the configuration of these tests has, rather than the defaults. */
export const RUNBOOKS = 'https://outrider.example/runbooks';

const DASHBOARDS = 'http://localhost:3000/d';

/** What a description ends with where all that an alert counts was of one route. */
export function allOfBasket(within: string): string {
  return ` The routes with the most of them in the last ${within}: /basket (100%).`;
}

/**
 * Where an alert leads.
 *
 * @param uid the dashboard
 * @param chosen its variables, by name
 */
export function links(
  alert: string,
  uid: string,
  chosen: Readonly<Record<string, string>>,
): { readonly runbook_url: string; readonly dashboard_url: string } {
  const variables = Object.entries(chosen).map(([name, value]) => `var-${name}=${encodeURIComponent(value)}`);
  return { runbook_url: `${RUNBOOKS}/${alert}.md`, dashboard_url: `${DASHBOARDS}/${uid}?${variables.join('&')}` };
}
