import type { DashboardConfig } from '../config.ts';
import { ruleScope } from '../scope.ts';
import { cpuBusy, memoryUsed } from '../measures/hosts.ts';
import { memoryOfLimit, throttledShare } from '../measures/containers.ts';
import type { AlertRule } from './rule.ts';
import { percent } from './text.ts';

/** The host and the container: CPU, memory, throttling. */
export function hostAlerts(config: DashboardConfig): readonly AlertRule[] {
  const { cpu, memory, throttling } = config.thresholds;
  const soon = ruleScope(config, '2m');
  const scope = ruleScope(config, '5m');
  const used = cpuBusy(soon);
  const cpuAlert = {
    signal: 'cpu',
    kind: 'threshold',
    dashboard: 'outrider-system',
    shows: { instance: 'host' },
    action: 'scale',
  } as const;
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
      expr: `${memoryUsed(scope)} > ${memory.high}`,
      for: '5m',
      severity: 'warning',
      signal: 'memory',
      kind: 'threshold',
      summary: 'Memory of {{ $labels.instance }} at {{ $value | humanizePercentage }}',
      description: `{{ $labels.instance }} has used {{ $value | humanizePercentage }} of its memory, more than ${percent(memory.high)}, for 5 minutes.`,
      action: 'scale',
      dashboard: 'outrider-system',
      shows: { instance: 'host' },
    },
    {
      alert: 'ContainerMemoryHigh',
      expr: `${memoryOfLimit(scope)} > ${memory.container}`,
      for: '5m',
      keepFiringFor: '5m',
      severity: 'warning',
      signal: 'memory',
      kind: 'threshold',
      summary:
        '{{ $labels.job }} on {{ $labels.instance }} is at {{ $value | humanizePercentage }} of its memory limit',
      description: `The working set of the container of {{ $labels.job }} on {{ $labels.instance }} has been {{ $value | humanizePercentage }} of its memory limit, more than ${percent(memory.container)}, for 5 minutes: at the limit the kernel kills a process in it, however much memory the host has.`,
      action: 'scale',
      dashboard: 'outrider-system',
      shows: { job: 'job', instance: 'instance' },
    },
    {
      alert: 'ContainerThrottled',
      expr: `${throttledShare(scope)} > ${throttling.share}`,
      for: '5m',
      severity: 'warning',
      signal: 'cpu',
      kind: 'threshold',
      summary: '{{ $labels.job }} is throttled in {{ $value | humanizePercentage }} of the periods',
      description: `The CPU limit of the container of {{ $labels.job }} on {{ $labels.instance }} held it back in {{ $value | humanizePercentage }} of the scheduler's periods, more than ${percent(throttling.share)}, however idle the host looks.`,
      action: 'scale',
      dashboard: 'outrider-system',
      shows: { job: 'job', instance: 'instance' },
    },
  ];
}
