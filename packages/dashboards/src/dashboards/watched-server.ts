import type { StatPanel } from '../dashboard.ts';
import { serversDown } from '../measures/servers.ts';
import type { Scope } from '../scope.ts';

/** How a series of a watched server is called: where the server is, and the sidecar that looks at it. */
export const AT = '{{server_address}}:{{server_port}} ({{instance}})';

type System = 'redis' | 'memcached' | 'postgresql' | 'pgbouncer';

/** Whether the servers of a kind answer. */
export function upPanel(
  { host }: Scope,
  system: System,
  place: Pick<StatPanel, 'id' | 'title' | 'width' | 'height'>,
): StatPanel {
  return {
    ...place,
    type: 'stat',
    description: 'Whether the last look at the server succeeded. Why it did not, the log of the sidecar says.',
    unit: 'none',
    names: { 0: 'down', 1: 'up' },
    noValue: 'none seen',
    marks: [
      { from: 0, colour: 'red' },
      { from: 1, colour: 'green' },
    ],
    queries: [{ expr: host(`${system}.up`), legend: AT, instant: true }],
  };
}

/** How many servers of some kinds do not answer. */
export function serversDownPanel(
  scope: Scope,
  systems: readonly System[],
  description: string,
): Omit<StatPanel, 'type' | 'id' | 'width'> {
  return {
    title: 'Servers down',
    description,
    unit: 'none',
    noValue: 'none seen',
    marks: [{ from: 1, colour: 'red' }],
    queries: [{ expr: serversDown(scope, systems), legend: 'down', instant: true }],
  };
}
