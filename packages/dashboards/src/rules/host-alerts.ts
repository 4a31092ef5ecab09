import type { DashboardConfig } from '../config.ts';
import { series } from '../series.ts';
import type { AlertRule } from './rule.ts';
import { percent } from './text.ts';

/** The host and the container: CPU, memory, throttling. */
export function hostAlerts({ hosts, applications, thresholds }: DashboardConfig): readonly AlertRule[] {
  const { cpu, memory, throttling } = thresholds;
  const used =
    `1 - sum by (job, instance) (rate(${series('system.cpu.time', { ...hosts, 'cpu.mode': '=~"idle|iowait"' })}[2m]))` +
    ` / sum by (job, instance) (rate(${series('system.cpu.time', hosts)}[2m]))`;
  const cpuAlert = { signal: 'cpu', kind: 'threshold', dashboard: 'outrider-system', action: 'scale' } as const;
  const periods = (throttled: Record<string, string>): string =>
    `sum by (job, instance) (rate(${series('container.cpu.periods', { ...applications, ...throttled })}[5m]))`;
  return [
    {
      ...cpuAlert,
      alert: 'CpuHigh',
      expr: `${used} > ${cpu.high}`,
      for: '5m',
      severity: 'warning',
      summary: 'CPU of {{ $labels.instance }} at {{ $value | humanizePercentage }}',
      description: `The CPUs of {{ $labels.instance }} have been busy for {{ $value | humanizePercentage }} of the time, more than ${percent(cpu.high)}, for 5 minutes.`,
    },
    {
      ...cpuAlert,
      alert: 'CpuCritical',
      expr: `${used} > ${cpu.critical}`,
      for: '2m',
      severity: 'critical',
      summary: 'CPU of {{ $labels.instance }} at {{ $value | humanizePercentage }}',
      description: `The CPUs of {{ $labels.instance }} have been busy for {{ $value | humanizePercentage }} of the time, more than ${percent(cpu.critical)}, for 2 minutes: requests wait for a CPU.`,
    },
    {
      alert: 'MemoryHigh',
      expr: `${series('system.memory.utilization', hosts)} > ${memory.high}`,
      for: '5m',
      severity: 'warning',
      signal: 'memory',
      kind: 'threshold',
      summary: 'Memory of {{ $labels.instance }} at {{ $value | humanizePercentage }}',
      description: `{{ $labels.instance }} has used {{ $value | humanizePercentage }} of its memory, more than ${percent(memory.high)}, for 5 minutes.`,
      action: 'scale',
      dashboard: 'outrider-system',
    },
    {
      alert: 'ContainerThrottled',
      expr: `${periods({ throttled: '="true"' })} / ${periods({})} > ${throttling.share}`,
      for: '5m',
      severity: 'warning',
      signal: 'cpu',
      kind: 'threshold',
      summary: '{{ $labels.job }} is throttled in {{ $value | humanizePercentage }} of the periods',
      description: `The CPU limit of the container of {{ $labels.job }} on {{ $labels.instance }} held it back in {{ $value | humanizePercentage }} of the scheduler's periods, more than ${percent(throttling.share)}, however idle the host looks.`,
      action: 'scale',
      dashboard: 'outrider-system',
    },
  ];
}
