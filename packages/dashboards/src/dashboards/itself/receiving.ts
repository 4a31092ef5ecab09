import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { receiverDropped, storeUsed } from '../../measures/itself.ts';
import { panelScope } from '../../scope.ts';
import { RESULT_STYLES } from './result-styles.ts';
import { totalRate } from '../../measures/totals.ts';

/** How the figures come from the applications to the sidecars. */
export function receiving(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { application, host, window } = scope;
  return {
    id: 100,
    title: 'From the applications to the sidecars',
    panels: [
      {
        id: 10,
        type: 'timeseries',
        title: 'Data points dropped on receipt, by reason',
        description:
          'Should be 0. Reasons with too_many are limits of the sidecar; the others are faults of the sender.',
        width: 12,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [{ expr: `round(${receiverDropped(scope)})`, legend: '{{instance}} {{reason}}' }],
      },
      {
        id: 11,
        type: 'timeseries',
        title: 'Store, share of its limit',
        description: 'Series held of those that may be held. A line that climbs: a label with ever new values.',
        width: 12,
        unit: 'percentunit',
        min: 0,
        max: 1,
        queries: [{ expr: storeUsed(scope), legend: '{{instance}}' }],
      },
      {
        id: 12,
        type: 'timeseries',
        title: 'Pushes by result, by application',
        description:
          'Each process pushes once an interval. Failed: no sidecar was there, which is seen once one is there again. Refused: it did not want it. Late: the answer took too long.',
        width: 12,
        unit: 'cps',
        min: 0,
        queries: [
          { expr: totalRate(application('outrider.pushes'), window, 'job, result'), legend: '{{job}} {{result}}' },
        ],
        styles: RESULT_STYLES,
      },
      {
        id: 14,
        type: 'timeseries',
        title: 'Requests received, by encoding and result',
        description: 'Partial: some points were dropped. Rejected: the whole request was.',
        width: 12,
        unit: 'reqps',
        min: 0,
        queries: [
          {
            expr: totalRate(host('outrider.receiver.requests'), window, 'job, instance, encoding, result'),
            legend: '{{instance}} {{encoding}} {{result}}',
          },
        ],
        styles: RESULT_STYLES,
      },
      {
        id: 15,
        type: 'timeseries',
        title: 'Data points received, by result',
        description: 'Stored ones follow the number of processes and of their series.',
        width: 12,
        unit: 'cps',
        min: 0,
        queries: [
          {
            expr: totalRate(host('outrider.receiver.points'), window, 'job, instance, result'),
            legend: '{{instance}} {{result}}',
          },
        ],
        styles: RESULT_STYLES,
      },
      {
        id: 17,
        type: 'timeseries',
        title: 'Processes that push',
        description:
          'Processes and observing threads with a session. Fewer than run: one of them does not reach the sidecar.',
        width: 12,
        unit: 'short',
        min: 0,
        queries: [{ expr: host('outrider.store.sessions'), legend: '{{instance}}' }],
      },
    ],
  };
}
