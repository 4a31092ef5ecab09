import { isNumberMetric } from '../../metric.ts';
import type { Snapshot } from '../../snapshot.ts';
import { attribute } from './app-points.ts';
import { megabytes, percent, section, sum } from './figures.ts';
import type { Figure, Section } from './figures.ts';

/** The six figures of the host. MB are 1,048,576 bytes; disk figures are since boot, all devices together. */
export type SystemSection = Section<
  Record<
    'cpu_percent' | 'memory_used_mb' | 'memory_available_mb' | 'memory_percent' | 'disk_read_mb' | 'disk_write_mb',
    Figure<number>
  >
>;

/** The section `system`. */
export function systemSection({ host }: Snapshot): SystemSection {
  const figure = (
    convert: (value: number | undefined) => number | undefined,
    name: string,
    where?: readonly [string, string],
  ): Figure<number> => [convert(hostValue(host.metrics, name, where)), hostReason(host, name)];
  return section({
    cpu_percent: figure(percent, 'system.cpu.utilization'),
    memory_used_mb: figure(megabytes, 'system.memory.usage', ['system.memory.state', 'used']),
    memory_available_mb: figure(megabytes, 'system.memory.linux.available'),
    memory_percent: figure(percent, 'system.memory.utilization'),
    disk_read_mb: figure(megabytes, 'system.disk.io', ['disk.io.direction', 'read']),
    disk_write_mb: figure(megabytes, 'system.disk.io', ['disk.io.direction', 'write']),
  });
}

function hostValue(
  metrics: Snapshot['host']['metrics'],
  name: string,
  where: readonly [string, string] | undefined,
): number | undefined {
  const points = metrics.flatMap((metric) => {
    if (metric.name !== name || !isNumberMetric(metric)) return [];
    return metric.points.filter(
      (point) =>
        Number.isFinite(point.value) && (where === undefined || attribute(point.attributes, where[0]) === where[1]),
    );
  });
  return sum(points.map((point) => point.value));
}

function hostReason(host: Snapshot['host'], name: string): string {
  const stated = host.absent[name];
  if (stated !== undefined) return stated;
  // system.cpu.utilization is the business of the collector `cpu`, or of the only one there is.
  const collector =
    host.collectors.length === 1
      ? host.collectors[0]
      : host.collectors.find((candidate) => candidate.name === name.split('.')[1]);
  if (collector?.error !== undefined) return `the collector ${collector.name} failed: ${collector.error}`;
  return host.collectors.length === 0 ? 'no collection has ended yet' : 'it is not measured here';
}
