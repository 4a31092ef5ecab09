import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { panelScope } from '../../scope.ts';
import { wholeIncrease } from '../../measures/totals.ts';

/** What the sidecars measure themselves, and what they refuse. */
export function collecting(config: DashboardConfig): Row {
  const { host, window } = panelScope(config);
  const increase = (name: string, by: string): string => wholeIncrease(host(name), window, `job, instance, ${by}`);
  return {
    id: 103,
    title: 'Collectors, limits and configuration of the sidecars',
    panels: [
      {
        id: 40,
        type: 'timeseries',
        title: 'Collectors that succeed',
        description: '1 if the last look succeeded, 0 if not: then its figures are gone from the other dashboards.',
        width: 12,
        unit: 'none',
        decimals: 0,
        min: 0,
        max: 1,
        queries: [{ expr: host('outrider.collector.success'), legend: '{{instance}} {{collector}}' }],
      },
      {
        id: 41,
        type: 'timeseries',
        title: 'Duration of a collection',
        description: 'One that takes seconds is a server or a file system that hangs; at its deadline it fails.',
        width: 12,
        unit: 's',
        min: 0,
        queries: [{ expr: host('outrider.collector.duration'), legend: '{{instance}} {{collector}}' }],
      },
      {
        id: 42,
        type: 'timeseries',
        title: 'Limits reached, all sidecars together',
        description:
          'Something was refused, cut or dropped for a limit of the configuration, which has the name of the line.',
        width: 12,
        unit: 'none',
        decimals: 0,
        min: 0,
        // Each limit is there from the start: thirty lines a sidecar would be too many.
        queries: [{ expr: wholeIncrease(host('outrider.limit.reached'), window, 'limit'), legend: '{{limit}}' }],
      },
      {
        id: 43,
        type: 'timeseries',
        title: 'HTTP requests refused, by reason',
        description:
          'Unauthorized: wrong credentials. A foreign host or origin: a web page that tries. Busy: too many at once.',
        width: 12,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [{ expr: increase('outrider.http.refused', 'reason'), legend: '{{instance}} {{reason}}' }],
      },
      {
        id: 44,
        type: 'timeseries',
        title: 'Configuration read again, by result',
        description: 'Refused: the file has a mistake and the configuration before it applies; the log names it.',
        width: 12,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [
          { expr: increase('outrider.config.reloads', 'result'), legend: '{{instance}} {{result}}' },
          { expr: host('outrider.config.reload.success'), legend: '{{instance}} last one accepted' },
        ],
      },
      {
        id: 45,
        type: 'timeseries',
        title: 'Age of the configuration',
        description:
          'Time since a configuration was accepted last. Older than your last change of it: it was not read.',
        width: 12,
        unit: 's',
        min: 0,
        queries: [{ expr: `time() - ${host('outrider.config.reload.timestamp')}`, legend: '{{instance}}' }],
      },
    ],
  };
}
