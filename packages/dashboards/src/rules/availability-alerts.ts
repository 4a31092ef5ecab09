import type { DashboardConfig } from '../config.ts';
import { forwardDropped, receiverDropped } from '../measures/itself.ts';
import { exits, vanishedProcesses } from '../measures/processes.ts';
import { ruleScope } from '../scope.ts';
import { selector } from '../series.ts';
import type { AlertRule } from './rule.ts';

/** Servers that a sidecar watches, by the first part of their metrics' names. */
const SERVERS = {
  redis: { name: 'Redis', dashboard: 'outrider-cache' },
  memcached: { name: 'memcached', dashboard: 'outrider-cache' },
  postgresql: { name: 'PostgreSQL', dashboard: 'outrider-database' },
  pgbouncer: { name: 'PgBouncer', dashboard: 'outrider-database' },
} as const;

/** What is not there any more, and what Outrider itself loses. */
export function availabilityAlerts(config: DashboardConfig): readonly AlertRule[] {
  const scope = ruleScope(config, '5m');
  const up = `up${selector(config.hosts)}`;
  const base = { kind: 'availability', dashboard: 'outrider-itself', shows: { instance: 'host' } } as const;
  return [
    {
      ...base,
      alert: 'TargetMissing',
      // `up` is written by Prometheus: it is 0 for a target that does not answer, and gone with one that was removed, as
      // by a deployment. Only where none is left it is missed.
      expr: `max by (job, instance) (${up}) == 0 or max by (job, instance) (max_over_time(${up}[1h])) == 1 unless on (job) ${up}`,
      for: '2m',
      severity: 'critical',
      signal: 'target',
      summary: 'No figures of {{ $labels.instance }}',
      description:
        'Prometheus has had no answer of the sidecar {{ $labels.instance }} for 2 minutes: what it measures, and what applications tell it, is not seen.',
      action: 'page',
    },
    ...Object.entries(SERVERS).map(([server, { name, dashboard }]): AlertRule => ({
      alert: 'ServerDown',
      expr: `${scope.host(`${server}.up`)} == 0`,
      for: '1m',
      severity: 'critical',
      // Four of them have one name: this tells them apart.
      labels: { server },
      signal: 'server',
      kind: 'availability',
      summary: `${name} {{ $labels.server_address }}:{{ $labels.server_port }} does not answer`,
      description: `The sidecar {{ $labels.instance }} has had no answer of the ${name} {{ $labels.server_address }}:{{ $labels.server_port }} for a minute.`,
      action: 'page',
      dashboard,
      shows: { instance: 'host' },
    })),
    {
      // Whatever became of the processes: one that is told to end is no crash.
      alert: 'ApplicationMissing',
      expr: vanishedProcesses(scope, up),
      for: '2m',
      severity: 'critical',
      // That of the ends of its processes, so that one notification tells them together.
      signal: 'workers',
      kind: 'availability',
      summary: 'No process of {{ $labels.job }} is left',
      description:
        'No process of {{ $labels.job }} has been live for 2 minutes; within the last hour there were up to {{ $value }} at a time.',
      action: 'page',
      dashboard: 'outrider-system',
      shows: { job: 'job' },
    },
    {
      alert: 'WorkerCrashed',
      expr: `${exits(scope, '=~"crash|killed|lost"', 'job, instance, reason')} > 0`,
      for: '0m',
      severity: 'warning',
      signal: 'workers',
      kind: 'availability',
      summary: 'A process of {{ $labels.job }} ended: {{ $labels.reason }}',
      description:
        'Processes of {{ $labels.job }} on {{ $labels.instance }} that ended by {{ $labels.reason }} in the last 5 minutes: {{ $value | printf "%.0f" }}.',
      action: 'look',
      dashboard: 'outrider-system',
      shows: { job: 'job', instance: 'instance' },
    },
    {
      alert: 'WorkerOutOfMemory',
      expr: `${exits(scope, '="out_of_memory"', 'job, instance')} > 0`,
      for: '0m',
      severity: 'critical',
      signal: 'workers',
      kind: 'availability',
      summary: 'A process of {{ $labels.job }} ran out of memory',
      description:
        'Processes of {{ $labels.job }} on {{ $labels.instance }} that ended for want of memory in the last 5 minutes: {{ $value | printf "%.0f" }}.',
      action: 'restart',
      dashboard: 'outrider-system',
      shows: { job: 'job', instance: 'instance' },
    },
    {
      ...base,
      alert: 'OutriderDropsSamples',
      expr: `${receiverDropped(scope)} > 0 or ${forwardDropped(scope)} > 0`,
      for: '0m',
      severity: 'warning',
      signal: 'outrider',
      summary: 'Outrider on {{ $labels.instance }} drops samples: {{ $labels.reason }}',
      description:
        'Data points that {{ $labels.instance }} dropped in the last 5 minutes by reason {{ $labels.reason }}: {{ $value | printf "%.0f" }}.',
      action: 'look',
    },
  ];
}
