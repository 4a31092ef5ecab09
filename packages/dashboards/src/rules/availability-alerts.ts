import type { DashboardConfig } from '../config.ts';
import { ruleScope } from '../scope.ts';
import { selector } from '../series.ts';
import type { AlertRule } from './rule.ts';

/** What is not there any more, and what Outrider itself loses. */
export function availabilityAlerts(config: DashboardConfig): readonly AlertRule[] {
  const { application, host, window } = ruleScope(config, '5m');
  const exits = (reasons: string): string => application('app.process.exits', { reason: reasons });
  const up = `up${selector(config.hosts)}`;
  const base = { kind: 'availability', dashboard: 'outrider-itself' } as const;
  return [
    {
      ...base,
      alert: 'TargetMissing',
      // `up` is written by Prometheus: it is 0 for a target that does not answer, and gone with one that was removed.
      expr: `max by (job, instance) (max_over_time(${up}[1h])) == 1 unless on (job, instance) ${up} == 1`,
      for: '2m',
      severity: 'critical',
      signal: 'target',
      summary: 'No figures of {{ $labels.instance }}',
      description:
        'Prometheus has had no answer of the sidecar {{ $labels.instance }} for 2 minutes: what it measures, and what applications tell it, is not seen.',
      action: 'page',
    },
    {
      alert: 'WorkerCrashed',
      expr: `sum by (job, instance, reason) (increase(${exits('=~"crash|killed|lost"')}[${window}])) > 0`,
      for: '0m',
      severity: 'warning',
      signal: 'workers',
      kind: 'availability',
      summary: 'A process of {{ $labels.job }} ended: {{ $labels.reason }}',
      description:
        'Processes of {{ $labels.job }} on {{ $labels.instance }} that ended by {{ $labels.reason }} in the last 5 minutes: {{ $value | humanize }}.',
      action: 'look',
      dashboard: 'outrider-system',
    },
    {
      alert: 'WorkerOutOfMemory',
      expr: `sum by (job, instance) (increase(${exits('="out_of_memory"')}[${window}])) > 0`,
      for: '0m',
      severity: 'critical',
      signal: 'workers',
      kind: 'availability',
      summary: 'A process of {{ $labels.job }} ran out of memory',
      description:
        'Processes of {{ $labels.job }} on {{ $labels.instance }} that ended for want of memory in the last 5 minutes: {{ $value | humanize }}.',
      action: 'restart',
      dashboard: 'outrider-system',
    },
    {
      ...base,
      alert: 'OutriderDropsSamples',
      expr:
        `sum by (job, instance, reason) (increase(${host('outrider.receiver.dropped')}[${window}])) > 0` +
        ` or sum by (job, instance, reason) (increase(${host('outrider.forward.dropped')}[${window}])) > 0`,
      for: '0m',
      severity: 'warning',
      signal: 'outrider',
      summary: 'Outrider on {{ $labels.instance }} drops samples: {{ $labels.reason }}',
      description:
        'Data points that {{ $labels.instance }} dropped in the last 5 minutes by reason {{ $labels.reason }}: {{ $value | humanize }}.',
      action: 'look',
    },
  ];
}
