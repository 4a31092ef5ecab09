import { absentBecause } from '../absent.ts';
import { numbers } from '../collector.ts';
import type { Collection, CollectorFactory } from '../collector.ts';
import { memoryUtilization } from '../memory.ts';
import { libraryCollector } from './library-collector.ts';
import type { LibraryAnswers } from './library.ts';

const METRICS = ['system.memory.limit', 'system.memory.usage', 'system.memory.utilization'];

/**
 * The metrics of the library's answer on macOS. Where its command fails, it takes what is free for what is available:
 * on a system that fills its memory with caches that would be a full one, so it is absent.
 */
export function toMemory({
  total,
  free,
  available,
  reclaimable,
}: Pick<LibraryAnswers['mem'], 'total' | 'free' | 'available' | 'reclaimable'>): Collection {
  if (!(total > 0 && free >= 0 && available > 0 && reclaimable > 0)) {
    return { metrics: [], absent: absentBecause(METRICS, 'systeminformation does not tell the memory') };
  }
  const usable = Math.min(available, total);
  const idle = Math.min(free, usable);
  return {
    metrics: [
      numbers('system.memory.limit', [[total]]),
      numbers('system.memory.usage', [
        [total - usable, { 'system.memory.state': 'used' }],
        [usable - idle, { 'system.memory.state': 'cached' }],
        [idle, { 'system.memory.state': 'free' }],
      ]),
      numbers('system.memory.utilization', [[memoryUtilization(usable, total)]]),
    ],
  };
}

/** Memory of macOS. */
export const libraryMemory: CollectorFactory = libraryCollector(async (library) => toMemory(await library.ask('mem')));
