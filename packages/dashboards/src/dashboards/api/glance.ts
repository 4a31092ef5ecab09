import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { activeRequests, errorShare, latency, slowerShare } from '../../measures/requests.ts';
import { duration, percent } from '../../rules/text.ts';
import { panelScope } from '../../scope.ts';
import { CHOSEN, chosenRequests } from './selection.ts';

/** Whether all is well. */
export function glance(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const chosen = chosenRequests(config);
  const { latency: bounds, errors } = config.thresholds;
  const [warn, high] = [duration(bounds.warnS), duration(bounds.highS)];
  const figure = { type: 'stat', width: 4, height: 4, sparkline: true } as const;
  return {
    panels: [
      {
        ...figure,
        id: 1,
        title: 'Requests',
        description: 'Requests a second that ended, of the chosen routes and releases.',
        unit: 'reqps',
        queries: [{ expr: chosen.all(), legend: 'requests' }],
      },
      {
        ...figure,
        id: 2,
        title: '95th percentile',
        description: `95 of 100 requests took no longer. Yellow from ${warn}, red from ${high}.`,
        unit: 's',
        marks: [
          { from: bounds.warnS, colour: 'yellow' },
          { from: bounds.highS, colour: 'red' },
        ],
        queries: [{ expr: latency(0.95, scope, '', CHOSEN), legend: 'p95' }],
      },
      {
        ...figure,
        id: 3,
        title: 'Errors',
        description: `Share of requests that were answered with a server error (5xx). Red from ${percent(errors.share)}.`,
        unit: 'percentunit',
        marks: [{ from: errors.share, colour: 'red' }],
        queries: [{ expr: errorShare(chosen), legend: 'errors' }],
      },
      {
        ...figure,
        id: 4,
        title: `Slower than ${warn}`,
        description: `Share of requests that took longer than ${warn}: a count, not an estimate. Above ${percent(bounds.share)} the 95th percentile is above ${warn}.`,
        unit: 'percentunit',
        marks: [{ from: bounds.share, colour: 'yellow' }],
        queries: [{ expr: slowerShare(chosen, bounds.warnS), legend: `over ${warn}` }],
      },
      {
        ...figure,
        id: 5,
        title: `Slower than ${high}`,
        description: `Share of requests that took longer than ${high}: a count, not an estimate. Above ${percent(bounds.share)} the 95th percentile is above ${high}.`,
        unit: 'percentunit',
        marks: [{ from: bounds.share, colour: 'red' }],
        queries: [{ expr: slowerShare(chosen, bounds.highS), legend: `over ${high}` }],
      },
      {
        ...figure,
        id: 6,
        title: 'In flight, all workers',
        description:
          'Requests that are being served now. It rises when they get slower or more; the choice of routes does not apply.',
        unit: 'none',
        decimals: 0,
        queries: [{ expr: activeRequests(scope), legend: 'in flight' }],
      },
      {
        id: 7,
        type: 'text',
        title: 'What to look for',
        description: 'How to read this dashboard.',
        width: 24,
        height: 4,
        markdown: [
          '- **Slow or failing?** See whether it is one route or all: *95th percentile by route*, *Error share by route*. All at once points below: [System health](/d/outrider-system), [Database](/d/outrider-database), [Cache](/d/outrider-cache).',
          '- **Is it worse than it was?** [Regression](/d/outrider-regression) compares with yesterday, last week and the release before.',
          '- **What to mend first?** *Slowest routes*, sorted by time spent: a hot route that is a little slow costs more than a cold one that is very slow.',
        ].join('\n'),
      },
    ],
  };
}
