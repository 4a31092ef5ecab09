import type { DashboardConfig } from '../../config.ts';
import type { StatPanel } from '../../dashboard.ts';
import { currentRelease, previousRelease } from '../../measures/releases.ts';
import { comparable, comparableBefore, p95Now, regressed, secondsLost } from '../../measures/regressions.ts';
import { CHOSEN_BASELINE } from '../../measures/recorded.ts';
import { duration } from '../../rules/text.ts';
import { panelScope } from '../../scope.ts';
import { CHOSEN, CHOSEN_RELEASES } from './chosen.ts';
import { FIRST_RELEASE, NO_HISTORY } from './nothing-to-compare.ts';

/** Whether anything got slower, and whether a release came before it. */
export function glance(config: DashboardConfig): readonly StatPanel[] {
  const scope = panelScope(config);
  const limits = config.thresholds.regression;
  const before = comparableBefore(limits, CHOSEN_BASELINE, CHOSEN);
  const known = comparable(p95Now(CHOSEN), limits, CHOSEN_BASELINE, CHOSEN);
  const lost = comparable(secondsLost(CHOSEN_BASELINE, CHOSEN), limits, CHOSEN_BASELINE, CHOSEN);
  const stat = { type: 'stat', width: 3, height: 4, unit: 'none' } as const;
  const release = { ...stat, width: 5 } as const;
  return [
    {
      ...release,
      id: 1,
      title: 'Current release',
      description:
        'The newest release of each application that serves requests, enough of them to be compared. After a rollback it is the one that was rolled back to; probes of what was left standing are to be left out with the option exclude.',
      nameOnly: true,
      queries: [
        { expr: currentRelease(scope, limits, CHOSEN_RELEASES), legend: '{{job}} {{service_version}}', instant: true },
      ],
    },
    {
      ...release,
      id: 2,
      title: 'Release before',
      description: 'The one before it, if it ran within a day: what the current release is compared with below.',
      nameOnly: true,
      noValue: 'none',
      queries: [
        {
          expr: previousRelease(scope, limits, CHOSEN_RELEASES),
          legend: '{{job}} {{service_version}}',
          instant: true,
          emptyIsHealthy: FIRST_RELEASE,
        },
      ],
    },
    {
      ...release,
      id: 3,
      title: 'Released',
      description:
        'When the current release was first seen; after a rollback that was before the one that was taken back. Did what got slower begin then?',
      unit: 'dateTimeFromNow',
      queries: [
        {
          expr: `max by (job) (${currentRelease(scope, limits, CHOSEN_RELEASES)}) * 1000`,
          legend: '{{job}}',
          instant: true,
        },
      ],
    },
    {
      ...stat,
      id: 4,
      title: 'Regressed routes',
      description: `Routes whose 95th percentile is more than ${limits.ratio} times and more than ${duration(limits.differenceS)} above the baseline, with at least ${limits.minimumRequests} requests in 5 minutes, now and then.`,
      marks: [{ from: 1, colour: 'red' }],
      noValue: 'no history',
      queries: [
        {
          expr: `count(${regressed(limits, before, CHOSEN)}) or 0 * count(${known})`,
          legend: 'routes',
          instant: true,
          emptyIsHealthy: NO_HISTORY,
        },
      ],
    },
    {
      ...stat,
      id: 5,
      title: 'Time lost',
      description:
        'Seconds that clients wait longer in each second than they would have, over all routes that got slower on average: what the regressions cost.',
      unit: 's',
      noValue: 'no history',
      queries: [
        {
          expr: `sum(clamp_min(${lost}, 0))`,
          legend: 'lost in a second',
          instant: true,
          emptyIsHealthy: NO_HISTORY,
        },
      ],
    },
    {
      ...stat,
      id: 6,
      title: 'Alerts',
      description: 'Alerts that fire because something was better before: latency, traffic, memory.',
      marks: [{ from: 1, colour: 'red' }],
      noValue: 'none',
      queries: [
        {
          expr: 'count(ALERTS{alertstate="firing",kind="regression",job=~"$job"})',
          legend: 'firing',
          instant: true,
          emptyIsHealthy: 'an alert fires only when something got worse',
        },
      ],
    },
  ];
}
