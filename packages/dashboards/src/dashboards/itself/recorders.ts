import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { recorderUsed } from '../../measures/itself.ts';
import { panelScope } from '../../scope.ts';
import { wholeIncrease } from '../../measures/totals.ts';

/** What the middleware inside the applications says of itself. */
export function recorders(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { application, window } = scope;
  const increase = (name: string, by: string): string => wholeIncrease(application(name), window, by);
  return {
    id: 102,
    title: 'Inside the applications',
    panels: [
      {
        id: 30,
        type: 'timeseries',
        title: 'Recorder, share of its limit by process',
        description: 'Series held of those that may be held. At 100 % what is new goes into a common series.',
        width: 8,
        unit: 'percentunit',
        min: 0,
        max: 1,
        queries: [{ expr: recorderUsed(scope), legend: '{{job}} {{instance}} {{worker}}' }],
      },
      {
        id: 31,
        type: 'timeseries',
        title: 'Routes seen, largest process',
        description:
          'By where the template is from. Computed ones that climb: the option route returns paths, not templates.',
        width: 8,
        unit: 'short',
        min: 0,
        queries: [
          { expr: `max by (job, kind) (${application('outrider.recorder.routes')})`, legend: '{{job}} {{kind}}' },
        ],
      },
      {
        id: 32,
        type: 'timeseries',
        title: 'Requests without a series of their own',
        description: 'Counted in a common series since the budget was used up, by what was too many: routes or labels.',
        width: 8,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [{ expr: increase('outrider.recorder.overflows', 'job, reason'), legend: '{{job}} {{reason}}' }],
      },
      {
        id: 33,
        type: 'timeseries',
        title: 'Errors of probes, instruments and callbacks',
        description:
          'Readings of a pool or cache that threw, values that an instrument could not use, options of the middleware that threw. What they should tell is missing.',
        width: 12,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [
          { expr: increase('outrider.probe.errors', 'job, probe'), legend: '{{job}} probe {{probe}}' },
          {
            expr: increase('outrider.instrument.errors', 'job, instrument'),
            legend: '{{job}} instrument {{instrument}}',
          },
          {
            expr: increase('outrider.callback.errors', 'job, callback'),
            legend: '{{job}} callback {{callback}}',
            emptyIsHealthy: 'a callback is counted from its first error on',
          },
        ],
      },
      {
        id: 34,
        type: 'timeseries',
        title: 'Request ids rejected, slow requests not logged',
        description:
          'Ids that clients sent and that were replaced, and entries that the limit of the slow log left out: those are counted, but not written.',
        width: 12,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [
          { expr: increase('outrider.request_ids.rejected', 'job'), legend: '{{job}} ids rejected' },
          { expr: increase('outrider.slow_log.suppressed', 'job'), legend: '{{job}} not logged' },
        ],
      },
    ],
  };
}
