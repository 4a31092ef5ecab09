import type { DashboardConfig } from '../config.ts';
import { percent } from '../rules/text.ts';
import type { Cause, Runbook } from './runbook.ts';

const CAUSES: readonly Cause[] = [
  { seen: 'all applications at once', cause: 'what is before them: load balancer, DNS, certificate, network' },
  {
    seen: 'one application, after its release',
    cause: 'routes or addresses that changed, a client that cannot use it',
  },
  { seen: '[[outrider-system/23]] has fewer processes', cause: 'instances are away: [[WorkerCrashed]]' },
  { seen: '[[outrider-api/13]] only rises', cause: 'requests hang: [[LatencyP95High]], [[EventLoopBlocked]]' },
  { seen: '[[outrider-itself/12]] shows no pushes', cause: 'the figures are missing, not the traffic' },
  { seen: 'clients got an error just before: [[outrider-api/11]]', cause: 'they gave up: [[ErrorRateHigh]]' },
];

const MITIGATION: readonly string[] = [
  'Ask from outside: `curl -sS -o /dev/null -w "%{http_code} %{time_total}\\n" https://<address>/`. A wrong certificate or name shows at once.',
  'Look at the targets of the load balancer and at their health checks; put back what was taken out.',
  'Since a release of this application or of a client: roll it back.',
  'Processes are away: bring them back, see [[WorkerCrashed]].',
];

/** Fewer requests than there should be. */
export function trafficRunbooks({ thresholds: { throughput } }: DashboardConfig): readonly Runbook[] {
  const { floor, baselineShare, minimumBaseline } = throughput;
  const fewer =
    floor === undefined ? 'a floor of requests a second, which is to be configured' : `${floor} requests a second`;
  return [
    {
      alert: 'ThroughputLow',
      fires: `An application served fewer than ${fewer}, for 3 minutes.`,
      meaning:
        'All requests to the `job`, over windows of 3 minutes. An application of which nothing is known has no figure and does not fire: that is [[TargetMissing]]. It is off until a floor is configured, which fits all applications that `applications` lets in.',
      impact: 'Users do not get through, or somebody has stopped asking.',
      diagnosis: [
        { look: 'a cliff or a slope, one route or all.', at: 'outrider-api/10', query: 0 },
        { look: 'requests that began and do not end.', at: 'outrider-api/13', query: 0 },
        { look: 'processes that are there, and silent ones.', at: 'outrider-system/23', query: 0 },
        { look: 'whether applications still tell what they serve.', at: 'outrider-itself/12' },
        { look: 'the same hour of yesterday and of a week ago.', at: 'outrider-regression/12' },
      ],
      causes: CAUSES,
      mitigation: MITIGATION,
      falseAlarm:
        'Nights and holidays. Set the floor below the quietest hour, or to `none`: [[ThroughputRegression]] knows the time of day.',
      settings: ['thresholds.throughput.floor'],
    },
    {
      alert: 'ThroughputRegression',
      fires: `An application serves less than ${percent(baselineShare)} of the requests of a day ago and of a week ago, for 10 minutes.`,
      meaning: `The last 5 minutes against the hour around the same time, a day and a week ago: less than ${percent(baselineShare)} of both. Both baselines must have had ${minimumBaseline} request${minimumBaseline === 1 ? '' : 's'} a second, so that it is silent in the first week. An application that is not there any more serves none.`,
      impact: 'Users do not get through, or a client has stopped asking.',
      diagnosis: [
        { look: 'since when, and how much is missing.', at: 'outrider-regression/12', query: 0 },
        { look: 'which routes: all of them, or those of one client.', at: 'outrider-api/10', query: 1 },
        { look: 'errors or waiting that made clients leave.', at: 'outrider-api/41' },
        { look: 'processes that are there, and silent ones.', at: 'outrider-system/23', query: 0 },
        { look: 'whether applications still tell what they serve.', at: 'outrider-itself/12' },
      ],
      causes: CAUSES,
      mitigation: MITIGATION,
      falseAlarm:
        'A holiday, a campaign or a load test of yesterday and of a week ago, an application that moves to another `job`. Silence it for the day; where it happens each week, lower the share.',
      settings: ['thresholds.throughput.baselineShare', 'thresholds.throughput.minimumBaseline'],
    },
  ];
}
