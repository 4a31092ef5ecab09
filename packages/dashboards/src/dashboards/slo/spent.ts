import type { DashboardConfig } from '../../config.ts';
import type { TablePanel, TimeSeriesPanel } from '../../dashboard.ts';
import { requests } from '../../measures/requests.ts';
import { allowedShare, badRequests, badShare, failedShare, slowShare } from '../../measures/slo.ts';
import { sloBad } from '../../measures/recorded.ts';
import { duration, percent } from '../../rules/text.ts';
import type { Scope } from '../../scope.ts';
import { choosing, series } from '../../series.ts';
import { CHOSEN_JOBS } from '../chosen-jobs.ts';

const ROUTE = 'job, http_route';

/** What the bad requests were: errors or slow ones, and how many. */
export function spentOn({ thresholds }: DashboardConfig): readonly TimeSeriesPanel[] {
  const { slo } = thresholds;
  return [
    {
      id: 20,
      type: 'timeseries',
      title: 'Bad requests: failed or too slow',
      description: `Share of requests that count against the objective: failed ones were answered with a server error, slow ones took longer than ${duration(slo.latencyS)} without one. The mark is what may be bad all the time, ${percent(allowedShare(slo))}.`,
      width: 12,
      unit: 'percentunit',
      min: 0,
      marks: [{ from: allowedShare(slo), colour: 'red' }],
      queries: [
        { expr: failedShare(CHOSEN_JOBS), legend: '{{job}} failed' },
        { expr: slowShare(CHOSEN_JOBS), legend: '{{job}} too slow' },
      ],
    },
    {
      id: 21,
      type: 'timeseries',
      title: 'Bad requests a second',
      description:
        'How many there are, with their share of all requests at the right: a high share of few requests costs little of the budget.',
      width: 12,
      unit: 'reqps',
      min: 0,
      styles: [{ name: '.* share', dashed: true, rightAxis: 'percentunit' }],
      queries: [
        { expr: `${sloBad('5m')}${CHOSEN_JOBS}`, legend: '{{job}} bad' },
        { expr: badShare('5m', CHOSEN_JOBS), legend: '{{job}} share' },
      ],
    },
  ];
}

/** Which routes the budget went on, within the time range of the dashboard. */
export function spentOnRoutes(config: DashboardConfig): TablePanel {
  const labels = choosing(config.applications, { job: '=~"$job"' });
  const select: Scope['application'] = (name, matchers = {}, part = '') => series(name, matchers, part, labels);
  const scope: Scope = { application: select, host: select, window: '$__range' };
  const { all, failed } = requests(scope, config);
  const count = (rate: string): string => `${rate} * $__range_s`;
  const bad = badRequests(scope, config, ROUTE);
  const onlyBad = `and on (${ROUTE}) ${bad} > 0`;
  const share = `${bad} / on (job) group_left () (${all('job')} * ${allowedShare(config.thresholds.slo)})`;
  const query = (expr: string): TablePanel['queries'][number] => ({
    expr: `${expr} ${onlyBad}`,
    legend: '{{job}} {{http_route}}',
    instant: true,
    emptyIsHealthy: 'no request was bad',
  });
  return {
    id: 22,
    type: 'table',
    title: 'Routes that the budget went on',
    description:
      'In the time range of the dashboard: how many requests were bad, how many of them failed rather than were slow, and which share of what the application may have bad in that time they are. Over 100 % a route misses the objective for the whole application.',
    width: 24,
    height: 9,
    sortBy: 'Of what is allowed',
    columns: [
      { of: 'job', title: 'Application' },
      {
        of: 'http_route',
        title: 'Route',
        link: { dashboard: 'outrider-api', variables: { job: 'Application', route: 'Route' } },
      },
      { of: 0, title: 'Requests', unit: 'none', decimals: 0 },
      { of: 1, title: 'Bad', unit: 'none', decimals: 0 },
      { of: 2, title: 'Failed', unit: 'none', decimals: 0 },
      { of: 3, title: 'Of what is allowed', unit: 'percentunit', decimals: 1, marks: [{ from: 1, colour: 'red' }] },
    ],
    queries: [query(count(all(ROUTE))), query(count(bad)), query(count(failed(ROUTE))), query(share)],
  };
}
