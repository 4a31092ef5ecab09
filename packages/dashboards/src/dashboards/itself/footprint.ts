import type { DashboardConfig } from '../../config.ts';
import type { Query, Row } from '../../dashboard.ts';
import { pressure } from '../../measures/hosts.ts';
import { sidecarThrottledShare } from '../../measures/containers.ts';
import { panelScope } from '../../scope.ts';
import { totalRate, wholeIncrease } from '../../measures/totals.ts';

const UNLIMITED = 'only a sidecar in a container with limits has it';

/** What the sidecars use themselves. */
export function footprint(config: DashboardConfig): Row {
  const scope = panelScope(config);
  const { host, window } = scope;
  const rate = (name: string): string => totalRate(host(name), window, 'job, instance');
  const limited = (expr: string, legend: string): Query => ({ expr, legend, emptyIsHealthy: UNLIMITED });
  return {
    id: 105,
    title: 'What the sidecars use',
    panels: [
      {
        id: 60,
        type: 'timeseries',
        title: 'CPUs used, of the limit',
        description: 'Seconds of CPU time a second: of the sidecar, and of the container that it is in.',
        width: 8,
        unit: 'none',
        min: 0,
        styles: [{ name: '.* limit', dashed: true, colour: 'red' }],
        queries: [
          { expr: rate('outrider.cpu.time'), legend: '{{instance}}' },
          limited(rate('container.cpu.time'), '{{instance}} container'),
          limited(host('container.cpu.limit'), '{{instance}} limit'),
        ],
      },
      {
        id: 61,
        type: 'timeseries',
        title: 'Memory, of the limit',
        description:
          'Resident memory of the sidecar, and the container that it is in. Should level off within minutes.',
        width: 8,
        unit: 'bytes',
        min: 0,
        styles: [{ name: '.* limit', dashed: true, colour: 'red' }],
        queries: [
          { expr: host('outrider.memory.usage'), legend: '{{instance}}' },
          { expr: host('container.memory.working_set'), legend: '{{instance}} container' },
          limited(host('container.memory.limit'), '{{instance}} limit'),
        ],
      },
      {
        id: 62,
        type: 'timeseries',
        title: "The container's throttling and pressure",
        description: 'Share of periods and of time in which the sidecar had to wait. Then collections come late.',
        width: 8,
        unit: 'percentunit',
        min: 0,
        queries: [
          limited(sidecarThrottledShare(scope), '{{instance}} periods throttled'),
          limited(rate('container.cpu.throttled_time'), '{{instance}} time throttled'),
          limited(pressure(scope, 'cgroup'), '{{instance}} {{resource}} {{kind}}'),
        ],
      },
      {
        id: 63,
        type: 'timeseries',
        title: 'Processes killed for want of memory',
        description: "In the sidecar's container. Should be 0: its memory limit is too small.",
        width: 8,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [
          {
            expr: wholeIncrease(host('container.memory.oom_kills'), window, 'job, instance'),
            legend: '{{instance}}',
          },
        ],
      },
      {
        id: 64,
        type: 'timeseries',
        title: 'Clients of the event stream',
        description: 'Browsers and programs that listen. Those that never leave are worth a look.',
        width: 8,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [{ expr: host('outrider.stream.clients'), legend: '{{instance}}' }],
      },
      {
        id: 65,
        type: 'timeseries',
        title: 'Log lines left out',
        description: 'By the limit of lines a minute: something complains without end. Look at the log.',
        width: 8,
        unit: 'none',
        decimals: 0,
        min: 0,
        queries: [
          {
            expr: wholeIncrease(host('outrider.log.suppressed'), window, 'job, instance'),
            legend: '{{instance}}',
          },
        ],
      },
    ],
  };
}
