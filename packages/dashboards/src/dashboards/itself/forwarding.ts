import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { forwardDropped } from '../../measures/itself.ts';
import { panelScope } from '../../scope.ts';
import { RESULT_STYLES } from './result-styles.ts';
import { totalRate, wholeIncrease } from '../../measures/totals.ts';

/** Why there may be nothing to see of forwarding. */
export const NO_BACKEND = 'only a sidecar that forwards to a backend has it';

/** How the figures come from the sidecars to OTLP backends, where there are any. */
export function forwarding(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { host, window } = scope;
  const rate = (name: string, by: string): string => totalRate(host(name), window, `job, instance, backend${by}`);
  const backend = '{{instance}} {{backend}}';
  const query = (expr: string, legend: string): { expr: string; legend: string; emptyIsHealthy: string } => ({
    expr,
    legend: `${backend}${legend}`,
    emptyIsHealthy: NO_BACKEND,
  });
  return {
    id: 104,
    title: 'From the sidecars to OTLP backends',
    collapsed: true,
    panels: [
      {
        id: 50,
        type: 'timeseries',
        title: 'Data points accepted and sent',
        description:
          'Accepted ones are sent, wait, or are dropped. Sent well below accepted: the backend does not keep up.',
        width: 8,
        unit: 'cps',
        min: 0,
        queries: [
          query(rate('outrider.forward.accepted', ', source'), ' from {{source}}'),
          query(rate('outrider.forward.sent', ''), ' sent'),
        ],
      },
      {
        id: 51,
        type: 'timeseries',
        title: 'Data points that wait',
        description: 'In memory, on disk or on their way. Grows while the backend is away, and must fall afterwards.',
        width: 8,
        unit: 'short',
        min: 0,
        queries: [query(host('outrider.forward.queued'), '')],
      },
      {
        id: 52,
        type: 'timeseries',
        title: 'Data points not forwarded, by reason',
        description: 'Should be 0. A full queue: the backend was away too long. Refused: it does not want them.',
        width: 8,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [query(`round(${forwardDropped(scope, 'job, instance, backend, reason')})`, ' {{reason}}')],
      },
      {
        id: 53,
        type: 'timeseries',
        title: 'Requests to the backend, by result',
        description: 'Retried ones are sent again. Refused ones are not.',
        width: 8,
        unit: 'reqps',
        min: 0,
        queries: [query(rate('outrider.forward.requests', ', result'), ' {{result}}')],
        styles: RESULT_STYLES,
      },
      {
        id: 55,
        type: 'timeseries',
        title: 'Bytes that wait, and their limit',
        description: 'Compressed, as they are sent. How long the queue lasts while the backend is away.',
        width: 8,
        unit: 'bytes',
        min: 0,
        styles: [{ name: '.* limit', dashed: true, colour: 'red' }],
        queries: [
          query(host('outrider.forward.queue.size'), ' {{store}}'),
          query(host('outrider.forward.queue.limit'), ' {{store}} limit'),
        ],
      },
      {
        id: 56,
        type: 'timeseries',
        title: 'Errors of the spool',
        description: 'The folder on disk could not be opened, written or cleared: only memory is left to wait in.',
        width: 8,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [
          {
            expr: wholeIncrease(host('outrider.forward.spool.errors'), window, 'job, instance, backend'),
            legend: backend,
            emptyIsHealthy: 'only a backend with a spool has it',
          },
        ],
      },
    ],
  };
}
