import type { DashboardConfig } from '../config.ts';
import { duration, percent } from '../rules/text.ts';
import type { Cause, Runbook, Step } from './runbook.ts';

const SLOW: readonly Step[] = [
  {
    look: "one route or all of them; the description of Prometheus' alert names those with the most of it. One: its code, its queries. All: something that they share.",
    at: 'outrider-api/21',
    query: 0,
  },
  { look: 'callers that wait for a connection.', at: 'outrider-database/12', query: 0 },
  { look: 'queries that got slower.', at: 'outrider-database/21' },
  { look: 'other services that got slower.', at: 'outrider-api/51' },
  { look: 'a blocked event loop slows all requests of its process.', at: 'outrider-system/11', query: 0 },
];

const SLOW_CAUSES: readonly Cause[] = [
  { seen: 'one or a few routes, since a release', cause: 'the release: see [[ReleaseRegression]]' },
  {
    seen: 'callers wait in [[outrider-database/12]]',
    cause: 'too few connections, or held too long: [[DbPoolExhausted]]',
  },
  { seen: '[[outrider-database/21]] jumped', cause: 'a missing index, a lock ([[outrider-database/33]]), a slow disk' },
  { seen: '[[outrider-api/51]] jumped', cause: 'that service' },
  { seen: '[[outrider-cache/1]] fell', cause: 'the database does the work of the cache: [[CacheHitRateLow]]' },
  { seen: '[[outrider-system/11]] rose', cause: '[[EventLoopBlocked]], or [[ContainerThrottled]]' },
];

const SLOW_MITIGATION: readonly string[] = [
  'Since a release: roll back first, look afterwards. `kubectl rollout undo deployment/<name>`.',
  'Another service is slow: shorten the timeout of the calls (`fetch(url, { signal: AbortSignal.timeout(1000) })`), open the circuit breaker, serve what is cached.',
  'More traffic than usual: add instances; they help only if neither database nor other services are what is slow.',
  'Single requests, with the time by parts if the middleware has `attribution: true`: `curl "http://127.0.0.1:9464/api/v1/slow-requests?limit=10"` at the sidecar.',
];

/** Requests by themselves: too slow, too many errors. */
export function requestRunbooks({ thresholds: { latency, errors } }: DashboardConfig): readonly Runbook[] {
  const tooSlow = (bound: number): string =>
    `More than ${percent(latency.share)} of the requests to an application took longer than ${duration(bound)}, for 5 minutes.`;
  const exactly = (bound: number): string =>
    `Requests over ${duration(bound)} are counted at a bound of the histogram: the share is exact, where a percentile is a guess between bounds. More than ${percent(latency.share)} over it is ${latency.share === 0.05 ? 'a 95th percentile' : `a ${Number(((1 - latency.share) * 100).toFixed(3))}th percentile`} above it. All routes of a \`job\` together, failed requests too; event streams and upgraded connections do not count. It takes ${latency.minimumRequests} requests in 5 minutes.`;
  return [
    {
      alert: 'LatencyP95Warn',
      fires: tooSlow(latency.warnS),
      meaning: exactly(latency.warnS),
      impact: `Pages feel slower. Where ${duration(latency.highS)} is passed as well, [[LatencyP95High]] fires in its place.`,
      diagnosis: [{ look: 'the share, and since when.', at: 'outrider-api/22', query: 0 }, ...SLOW],
      causes: SLOW_CAUSES,
      mitigation: SLOW_MITIGATION,
      falseAlarm: `An application that is meant to take longer, such as reports. Name long polls in the middleware's option \`streams\`, or raise the bound; it must be one of the middleware's \`buckets\`.`,
      settings: ['thresholds.latency.warnS', 'thresholds.latency.share', 'thresholds.latency.minimumRequests'],
    },
    {
      alert: 'LatencyP95High',
      fires: tooSlow(latency.highS),
      meaning: exactly(latency.highS),
      impact:
        'Users wait and give up; callers run into their timeouts and retry, which makes it worse. The error budget goes: [[outrider-slo]].',
      diagnosis: [
        { look: 'the share, and since when.', at: 'outrider-api/22', query: 1 },
        { look: 'p99 alone: a few slow ones. All percentiles: everything is slow.', at: 'outrider-api/20' },
        ...SLOW,
        { look: 'clients that leave before the answer (`aborted_…`).', at: 'outrider-api/41' },
      ],
      causes: SLOW_CAUSES,
      mitigation: SLOW_MITIGATION,
      falseAlarm:
        "One slow route that makes up most of the requests at night. Give such work an application of its own, or raise the bound; it must be one of the middleware's `buckets`.",
      settings: ['thresholds.latency.highS', 'thresholds.latency.share', 'thresholds.latency.minimumRequests'],
    },
    {
      alert: 'SlowRequests',
      fires: `Requests to a route took longer than ${duration(latency.slowS)} in the last 5 minutes.`,
      meaning: `At least one request that ended took longer than ${duration(latency.slowS)}. Those that still go on are not in it. It is for the record: nobody is to be woken.`,
      impact: 'Single users waited. Many of them on one route are the beginning of something larger.',
      diagnosis: [
        {
          look: 'which route, how many over the bound (its own column), and of how many.',
          at: 'outrider-api/30',
        },
        { look: 'the first byte came early: the body, or a client that reads slowly.', at: 'outrider-api/40' },
        {
          look: 'The requests one by one, with the time by parts if the middleware has `attribution: true`: `curl "http://127.0.0.1:9464/api/v1/slow-requests?limit=10"` at the sidecar, or the slow log of the application.',
        },
        { look: 'transactions that are held open.', at: 'outrider-database/34' },
      ],
      causes: [
        { seen: '`pool_wait_ms` is most of it', cause: 'no connection was free: [[DbPoolExhausted]]' },
        { seen: '`queries_ms` is most of it', cause: 'a query without an index, or one that waits for a lock' },
        { seen: '`outgoing_ms` is most of it', cause: 'another service: [[outrider-api/51]]' },
        { seen: '`event_loop_ms` is most of it', cause: 'code that computes for long: [[EventLoopBlocked]]' },
        { seen: 'exports, uploads, reports only', cause: 'work that takes that long' },
      ],
      mitigation: [
        'Set a timeout for every call and query (`statement_timeout` of PostgreSQL, `AbortSignal.timeout()` of `fetch`), so that none hangs.',
        'Page through large results; stream them; move reports to a queue and answer 202.',
        'Slow queries: `EXPLAIN (ANALYZE, BUFFERS)` of what [[outrider-database/25]] has at the top.',
      ],
      falseAlarm:
        'Long polls and downloads. Name long polls in the option `streams`, leave other paths out with `exclude`, or raise the bound; it must be one of the `buckets`. The log of an application goes by its own option, `slowMs`.',
      settings: ['thresholds.latency.slowS'],
    },
    {
      alert: 'ErrorRateHigh',
      fires: `More than ${percent(errors.share)} of the requests to an application were answered with a server error, for 5 minutes.`,
      meaning: `Answers with a status from 500 to 599, of all requests to the \`job\`; 4xx do not count, nor requests that ended without an answer. It takes ${errors.minimumRequests} requests in 5 minutes.`,
      impact: 'What users do fails. The error budget goes: [[outrider-slo/20]].',
      diagnosis: [
        {
          look: "one route or all; the description of Prometheus' alert names those with the most errors.",
          at: 'outrider-api/11',
          query: 1,
        },
        {
          look: '500: an error in the code. 502, 503, 504: something behind it is away or slow.',
          at: 'outrider-api/12',
          query: 0,
        },
        { look: 'whether only the new release fails.', at: 'outrider-regression/33' },
        { look: 'calls to other services that fail.', at: 'outrider-api/52' },
        { look: 'callers that got no connection to a database.', at: 'outrider-database/13' },
        { look: 'The log of the application, by the request ids of failed requests (`X-Request-ID`).' },
      ],
      causes: [
        { seen: 'only the new release, or since it', cause: 'the release' },
        { seen: 'all routes that use one service', cause: 'that service: [[outrider-api/52]], [[ServerDown]]' },
        { seen: 'timeouts in [[outrider-database/13]]', cause: '[[DbPoolExhausted]]' },
        { seen: 'processes end in [[outrider-system/24]]', cause: '[[WorkerCrashed]], [[WorkerOutOfMemory]]' },
        { seen: 'one route, all the time', cause: 'an input that the code does not expect' },
      ],
      mitigation: [
        'Since a release: roll back, `kubectl rollout undo deployment/<name>`. Look afterwards.',
        'A service behind it: bring that back; meanwhile open the circuit breaker ([[outrider-work/20]]), serve what is cached.',
        'One route: switch the feature off, or have the proxy answer 503 for it.',
        'Errors of one host only: take it out of the load balancer.',
      ],
      falseAlarm:
        "A health check that answers 503 by design: leave it out with the middleware's option `exclude: ['/healthz']`.",
      settings: ['thresholds.errors.share', 'thresholds.errors.minimumRequests'],
    },
  ];
}
