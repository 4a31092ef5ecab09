import { freemem, totalmem } from 'node:os';
import { numbers } from '../collector.ts';
import type { Collection, Collector, CollectorFactory } from '../collector.ts';
import { memoryUtilization } from '../memory.ts';

/** The metrics of a reading of Windows, whose free memory is what new processes can have. */
export function freeMemory(limit: number, free: number): Collection {
  const available = Math.min(free, limit);
  return {
    metrics: [
      numbers('system.memory.limit', [[limit]]),
      numbers('system.memory.usage', [
        [limit - available, { 'system.memory.state': 'used' }],
        [available, { 'system.memory.state': 'free' }],
      ]),
      numbers('system.memory.utilization', [[memoryUtilization(available, limit)]]),
    ],
  };
}

/** Memory of Windows: what Node.js tells is all that systeminformation would, which starts PowerShell in addition. */
export const osMemory: CollectorFactory = (): Collector => ({
  collect: () => freeMemory(totalmem(), freemem()),
});
