import type { Metric } from '../metric.ts';
import { absentBecause } from './absent.ts';
import { numbers } from './collector.ts';
import type { Collection, Collector, CollectorFactory } from './collector.ts';

/** What is used of the library's answers. Bytes; percent. */
export interface SystemReading {
  readonly total: number;
  readonly free: number;
  readonly available: number;
  readonly currentLoad: number;
}

const MEMORY = ['system.memory.limit', 'system.memory.usage', 'system.memory.utilization'];

/**
 * CPU load and memory where there is no procfs: macOS and Windows. The library runs commands for them, so it is never
 * used on Linux, and is loaded with the first collection.
 */
export const systeminformation: CollectorFactory = (): Collector => ({
  async collect(): Promise<Collection> {
    const { currentLoad, mem } = await import('systeminformation');
    const [load, memory] = await Promise.all([currentLoad(), mem()]);
    return toCollection({ ...memory, currentLoad: load.currentLoad });
  },
});

/** The metrics of a reading. The library answers 0 for what it could not find out; that is absent here. */
export function toCollection({ total, free, available, currentLoad }: SystemReading): Collection {
  const metrics: Metric[] = [];
  const absent: Record<string, string> = {};
  if (Number.isFinite(currentLoad)) {
    metrics.push(numbers('system.cpu.utilization', [[clamp(currentLoad / 100)]]));
  } else {
    absent['system.cpu.utilization'] = 'systeminformation does not tell the CPU load';
  }
  if (total > 0 && available > 0) {
    const idle = Math.min(free, available, total);
    const reclaimable = Math.min(available, total) - idle;
    metrics.push(
      numbers('system.memory.limit', [[total]]),
      numbers('system.memory.usage', [
        [total - idle - reclaimable, { 'system.memory.state': 'used' }],
        [reclaimable, { 'system.memory.state': 'cached' }],
        [idle, { 'system.memory.state': 'free' }],
      ]),
      numbers('system.memory.utilization', [[clamp(1 - available / total)]]),
    );
  } else {
    Object.assign(absent, absentBecause(MEMORY, 'systeminformation does not tell the memory'));
  }
  return { metrics, absent };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
