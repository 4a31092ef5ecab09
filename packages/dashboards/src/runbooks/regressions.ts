import type { DashboardConfig } from '../config.ts';
import { duration } from '../rules/text.ts';
import type { Runbook, Step } from './runbook.ts';

/** What got slower than it was. */
export function regressionRunbooks({ thresholds: { regression } }: DashboardConfig): readonly Runbook[] {
  const { ratio, differenceS, minimumRequests } = regression;
  const both = `more than ${ratio} times, and by more than ${duration(differenceS)}`;
  const movedAlong: readonly Step[] = [
    { look: 'queries that moved with it.', at: 'outrider-regression/40' },
    { look: 'other services that moved with it.', at: 'outrider-regression/41' },
    { look: 'event loop, and with it CPU and garbage collection beside.', at: 'outrider-regression/45' },
  ];
  return [
    {
      alert: 'LatencyRegression',
      fires: `A route is slower than a day and a week ago (${both}), for 10 minutes.`,
      meaning: `The 95th percentile of the last 5 minutes, against the slower one of the hour around the same time a day and a week ago; if only one of them is known, against that. It takes ${minimumRequests} requests in 5 minutes, now and then, so that it is silent in the first days.`,
      impact: 'Users wait longer than they are used to, even where no fixed threshold is passed.',
      diagnosis: [
        {
          look: 'which routes, and what it costs: seconds that clients wait longer in each second.',
          at: 'outrider-regression/20',
          query: 'Times slower',
        },
        {
          look: 'when the line left 1: a release, a deployment of somebody else, a full hour.',
          at: 'outrider-regression/14',
          query: 0,
        },
        { look: 'the release, if there was one.', at: 'outrider-regression/31' },
        ...movedAlong,
        { look: 'more traffic than then.', at: 'outrider-regression/12' },
      ],
      causes: [
        { seen: 'began with a release', cause: 'the release: [[ReleaseRegression]]' },
        {
          seen: '[[outrider-regression/40]] moved with it',
          cause: 'the database: more rows, another plan, an index that is gone',
        },
        { seen: '[[outrider-regression/43]] fell', cause: '[[CacheHitRateLow]]' },
        { seen: '[[outrider-regression/41]] moved with it', cause: 'another service' },
        {
          seen: '[[outrider-regression/45]] moved with it',
          cause: '[[EventLoopBlocked]], [[CpuHigh]], [[ContainerThrottled]]',
        },
        { seen: 'nothing moved but this route', cause: 'other inputs: larger results, another mix of clients' },
      ],
      mitigation: [
        'Since a release: roll back, `kubectl rollout undo deployment/<name>`.',
        'The database: `EXPLAIN (ANALYZE, BUFFERS)` of the query at the top of [[outrider-database/25]]; `ANALYZE <table>;` after large changes.',
        'Another service: tell its people, shorten the timeout, serve what is cached.',
        'More traffic: add instances.',
      ],
      falseAlarm:
        'A route that now does more, by intent. It is quiet after a day, when the baseline of yesterday is as slow; silence it by `http_route` until then, or raise ratio or difference.',
      settings: [
        'thresholds.regression.ratio',
        'thresholds.regression.differenceS',
        'thresholds.regression.minimumRequests',
      ],
    },
    {
      alert: 'ReleaseRegression',
      fires: `A route is slower in the current release than in the one before (${both}), for 10 minutes.`,
      meaning: `The 95th percentile of the last 5 minutes in the current \`service_version\`, against that of the version before it over the last day. It takes ${minimumRequests} requests in 5 minutes of both. The current one is the newest that serves requests: after a rollback, the one that was rolled back to.`,
      impact: 'Every user whom the rollout reaches waits longer.',
      diagnosis: [
        { look: 'which routes, by how much.', at: 'outrider-regression/30' },
        {
          look: 'both releases side by side have the same clients and databases: a gap is the release.',
          at: 'outrider-regression/31',
          query: 0,
        },
        { look: 'how far the rollout is.', at: 'outrider-regression/32' },
        { look: 'errors of the new release.', at: 'outrider-regression/33' },
        ...movedAlong,
      ],
      causes: [
        { seen: 'a gap between the releases, from the start', cause: 'the code of the release' },
        { seen: 'a gap that closes within minutes', cause: 'caches and compiled code that had to warm up' },
        {
          seen: '[[outrider-regression/40]] rose with it',
          cause: 'a query more for each row, an index that was not made',
        },
        { seen: '[[outrider-regression/43]] fell with it', cause: 'keys of a cache that changed' },
        {
          seen: '[[outrider-regression/12]] has far more than then',
          cause: 'the day, not the release: compare at the same traffic',
        },
      ],
      mitigation: [
        'Stop the rollout, `kubectl rollout pause deployment/<name>`, then roll back, `kubectl rollout undo deployment/<name>`. A paused one has to be resumed first.',
        'A flag: switch the new path off.',
        'An index or a migration that is missing: `CREATE INDEX CONCURRENTLY …`.',
        'Find the code: the same requests to both releases with `serverTiming: true` and `attribution: true` show which part grew.',
      ],
      falseAlarm:
        'A release at the busiest hour against one that ran at night, or a route that now does more by intent. It is over a day after the last requests to the release before. Raise ratio, difference or the number of requests.',
      settings: [
        'thresholds.regression.ratio',
        'thresholds.regression.differenceS',
        'thresholds.regression.minimumRequests',
      ],
    },
  ];
}
