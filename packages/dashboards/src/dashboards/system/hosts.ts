import type { DashboardConfig } from '../../config.ts';
import type { Row } from '../../dashboard.ts';
import { cpuBusy, cpuByMode, cpuPeak, cpus, memoryUsed, pressure } from '../../measures/hosts.ts';
import { panelScope } from '../../scope.ts';
import { total } from '../../measures/totals.ts';

/** CPU, memory and pressure of the hosts. */
export function hosts(config: DashboardConfig): Row {
  const { cpu, memory } = config.thresholds;
  const scope = panelScope(config);
  const { host } = scope;
  const each = (name: string): string => `max by (job, instance) (${host(name)})`;
  return {
    id: 103,
    title: 'Hosts: CPU, memory and pressure',
    panels: [
      {
        id: 50,
        type: 'timeseries',
        title: 'CPU busy, by host',
        description: 'Share of CPU time that was neither idle nor waiting for a disk; the peak is the busiest reading.',
        width: 12,
        unit: 'percentunit',
        min: 0,
        max: 1,
        marks: [
          { from: cpu.high, colour: 'orange' },
          { from: cpu.critical, colour: 'red' },
        ],
        styles: [{ name: '.* peak', dashed: true }],
        queries: [
          { expr: cpuBusy(scope), legend: '{{instance}}' },
          { expr: cpuPeak(scope), legend: '{{instance}} peak' },
        ],
      },
      {
        id: 51,
        type: 'timeseries',
        title: 'CPU by mode, all hosts together',
        description:
          'Much system: system calls, the network. Much iowait: the disk. Any steal: the hypervisor gives the CPU to others.',
        width: 12,
        unit: 'percentunit',
        min: 0,
        stacked: true,
        queries: [{ expr: cpuByMode(scope), legend: '{{cpu_mode}}' }],
      },
      {
        id: 52,
        type: 'timeseries',
        title: 'Load average against CPUs, by host',
        description: 'Tasks that ran or waited. More than there are CPUs, for long, and tasks wait for one.',
        width: 12,
        unit: 'none',
        min: 0,
        styles: [{ name: '.* CPUs', dashed: true, colour: 'red' }],
        queries: [
          ...(['1m', '5m', '15m'] as const).map((of) => ({
            expr: each(`system.cpu.load_average.${of}`),
            legend: `{{instance}} ${of}`,
          })),
          { expr: cpus(scope), legend: '{{instance}} CPUs' },
        ],
      },
      {
        id: 53,
        type: 'timeseries',
        title: 'Pressure, share of time by host',
        description:
          'Time in which some tasks, or all of them (full), waited for CPU, memory or disk. Memory pressure that lasts comes before the kernel kills.',
        width: 12,
        unit: 'percentunit',
        min: 0,
        queries: [{ expr: pressure(scope, 'host'), legend: '{{instance}} {{resource}} {{kind}}' }],
      },
      {
        id: 54,
        type: 'timeseries',
        title: 'Memory used, by host',
        description: 'Share that a new application could not have without swapping.',
        width: 12,
        unit: 'percentunit',
        min: 0,
        max: 1,
        marks: [{ from: memory.high, colour: 'red' }],
        queries: [{ expr: memoryUsed(scope), legend: '{{instance}}' }],
      },
      {
        id: 55,
        type: 'timeseries',
        title: 'Memory by state, by host',
        description: 'Buffers and cache are given back when needed: available is what counts, not free.',
        width: 12,
        unit: 'bytes',
        min: 0,
        styles: [{ name: '.* limit', dashed: true, colour: 'red' }],
        queries: [
          {
            expr: total(host('system.memory.usage'), 'job, instance, system_memory_state'),
            legend: '{{instance}} {{system_memory_state}}',
          },
          { expr: each('system.memory.linux.available'), legend: '{{instance}} available' },
          { expr: each('system.memory.limit'), legend: '{{instance}} limit' },
        ],
      },
    ],
  };
}
