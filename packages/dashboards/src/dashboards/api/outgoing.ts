import type { DashboardConfig } from '../../config.ts';
import type { Row, TimeSeriesPanel } from '../../dashboard.ts';
import { callLatency, calls, clientConnections, failedCalls } from '../../measures/outgoing.ts';
import { total } from '../../measures/totals.ts';
import { panelScope } from '../../scope.ts';
import { largest } from './selection.ts';

const SERVER = 'job, server_address';
const SERVER_LEGEND = '{{job}} → {{server_address}}';
const POOL = 'job, http_client_pool_name';
const POOL_LEGEND = '{{job}} {{http_client_pool_name}}';

/** What the applications ask of others. */
export function outgoing(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { application } = scope;
  const graph = { type: 'timeseries', width: 8, min: 0 } as const satisfies Partial<TimeSeriesPanel>;
  return {
    id: 104,
    title: 'Outgoing calls, of all routes',
    panels: [
      {
        ...graph,
        id: 50,
        title: 'Calls by server',
        description: 'Outgoing HTTP requests a second to the ten servers that are asked most.',
        unit: 'reqps',
        queries: [{ expr: largest(calls(scope, SERVER)), legend: SERVER_LEGEND }],
      },
      {
        ...graph,
        id: 51,
        title: '95th percentile by server',
        description:
          'How long the ten slowest servers take to answer. What is slow here is not slow in the application.',
        unit: 's',
        queries: [{ expr: largest(callLatency(0.95, scope, SERVER)), legend: SERVER_LEGEND }],
      },
      {
        ...graph,
        id: 52,
        title: 'Error share by server',
        description:
          'Share of calls that failed or were answered with an error (4xx, 5xx), of the ten worst servers. No calls, no line.',
        unit: 'percentunit',
        queries: [{ expr: largest(failedCalls(scope, SERVER)), legend: SERVER_LEGEND }],
      },
      {
        ...graph,
        id: 53,
        title: 'Calls in flight, all workers',
        description: 'Calls that wait for their answer now. It rises with the time that the server takes.',
        unit: 'short',
        queries: [{ expr: largest(total(application('http.client.active_requests'), SERVER)), legend: SERVER_LEGEND }],
      },
      {
        ...graph,
        id: 54,
        title: 'Connections of HTTP clients, all workers',
        description:
          'Open connections by client, in use and idle, and how many it may open. In use at the limit: calls wait for one.',
        unit: 'short',
        queries: [
          { expr: clientConnections(scope, POOL, '="active"'), legend: `${POOL_LEGEND} active` },
          { expr: clientConnections(scope, POOL, '="idle"'), legend: `${POOL_LEGEND} idle` },
          {
            expr: total(application('http.client.connection.limit'), POOL),
            legend: `${POOL_LEGEND} limit`,
            emptyIsHealthy: 'only clients with one limit for all servers have one',
          },
        ],
        styles: [{ name: '.* limit', dashed: true }],
      },
      {
        ...graph,
        id: 55,
        title: 'Calls that wait for a connection',
        description:
          'Calls that wait now, of all workers, and the most that waited at once in any worker since the reading before.',
        unit: 'short',
        queries: [
          { expr: total(application('http.client.pending_requests'), POOL), legend: `${POOL_LEGEND} now` },
          {
            expr: `max by (${POOL}) (${application('http.client.pending_requests.max')})`,
            legend: `${POOL_LEGEND} most in a worker`,
          },
        ],
      },
    ],
  };
}
