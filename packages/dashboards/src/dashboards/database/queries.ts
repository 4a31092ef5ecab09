import type { Panel, Row } from '../../dashboard.ts';
import {
  failedQueryRate,
  failedQueryRatio,
  meanQueryTime,
  queryRate,
  queryTime,
  queryTimeShare,
  slowQueryRate,
} from '../../measures/queries.ts';
import type { Scope } from '../../scope.ts';

const QUERY = '{{db_query_summary}} ({{job}} {{db_system_name}})';
const BUSIEST = 10;

/** The queries of the applications, by their summaries: what is asked of which tables, without any value. */
export function queryRow(scope: Scope): Row {
  return {
    id: 101,
    title: 'Queries of the applications',
    panels: [
      {
        id: 20,
        type: 'timeseries',
        title: `Queries, the ${BUSIEST} most frequent`,
        description:
          'Queries and commands a second by summary. One that grows faster than the traffic is often asked in a loop.',
        width: 12,
        unit: 'ops',
        min: 0,
        queries: [{ expr: `topk(${BUSIEST}, ${queryRate(scope)})`, legend: QUERY }],
      },
      {
        id: 21,
        type: 'timeseries',
        title: `Time of queries, p95 of the ${BUSIEST} slowest`,
        description:
          '95 % of the queries of a summary were answered within this time. A jump is often a missing index or a lock.',
        width: 12,
        unit: 's',
        min: 0,
        queries: [{ expr: `topk(${BUSIEST}, ${queryTime(0.95, scope)})`, legend: QUERY }],
      },
      {
        id: 22,
        type: 'timeseries',
        title: 'Share of queries that failed',
        description: 'By application and database system. It should be 0; no queries, no line.',
        width: 8,
        unit: 'percentunit',
        min: 0,
        queries: [{ expr: failedQueryRatio(scope), legend: '{{job}} {{db_system_name}}' }],
      },
      {
        id: 23,
        type: 'timeseries',
        title: 'Failed queries by error',
        description: "Failures a second by the server's code or the kind of error, such as 40P01 for a deadlock.",
        width: 8,
        unit: 'ops',
        min: 0,
        queries: [
          {
            expr: failedQueryRate(scope, 'job, db_system_name, error_type'),
            legend: '{{error_type}} ({{job}} {{db_system_name}})',
            emptyIsHealthy: 'no query has failed',
          },
        ],
      },
      {
        id: 24,
        type: 'timeseries',
        title: 'Slow queries',
        description: 'Queries a second that took longer than `slowMs` of the application, by summary.',
        width: 8,
        unit: 'ops',
        min: 0,
        queries: [{ expr: slowQueryRate(scope), legend: QUERY, emptyIsHealthy: 'no query was slow' }],
      },
      queryTable({ ...scope, window: '$__range' }),
    ],
  };
}

function queryTable(scope: Scope): Panel {
  return {
    id: 25,
    type: 'table',
    title: 'Queries by the time they take',
    description:
      'Over the whole time range. The first ones are worth a look: what is often and quick can cost more than what is rare and slow.',
    width: 24,
    height: 10,
    sortBy: 'Share of time',
    columns: [
      { of: 'db_query_summary', title: 'Query' },
      { of: 'job', title: 'Application' },
      { of: 'db_system_name', title: 'System' },
      { of: 0, title: 'Share of time', unit: 'percentunit', decimals: 1 },
      { of: 1, title: 'Rate', unit: 'ops' },
      { of: 2, title: 'Mean', unit: 's' },
      { of: 3, title: 'p95', unit: 's' },
      { of: 4, title: 'Slow', unit: 'ops' },
    ],
    queries: [
      { expr: queryTimeShare(scope), legend: 'share of time', instant: true },
      { expr: queryRate(scope), legend: 'rate', instant: true },
      { expr: meanQueryTime(scope), legend: 'mean', instant: true },
      { expr: queryTime(0.95, scope), legend: 'p95', instant: true },
      { expr: slowQueryRate(scope), legend: 'slow', instant: true, emptyIsHealthy: 'no query was slow' },
    ],
  };
}
