import type { Metric } from '../metric.ts';
import { numbers } from './collector.ts';
import type { Collection, Collector, CollectorContext, CollectorFactory } from './collector.ts';
import { readServedFile } from './served-file.ts';

/** Bytes by the name of the line. */
export type Meminfo = ReadonlyMap<string, number>;

/** The lines of `/proc/meminfo` (proc_meminfo(5)) that are in kB; huge page counts are not memory and left out. */
export function parseMeminfo(text: string): Meminfo {
  const bytes = new Map<string, number>();
  for (const [, name = '', kibibytes = ''] of text.matchAll(/^([^:\n]+):\s+(\d+) kB$/gm)) {
    bytes.set(name, Number(kibibytes) * 1024);
  }
  return bytes;
}

/**
 * The host's memory by state. The states add up to the limit: `cached` is the page cache and what the kernel's own
 * caches give back, as free(1) counts it, and `used` is what remains.
 */
export function memoryStates(meminfo: Meminfo, limit: number): ReadonlyMap<string, number> {
  const states = new Map<string, number>();
  let rest = limit;
  const take = (state: string, ...names: string[]): void => {
    const bytes = names.reduce((sum, name) => sum + (meminfo.get(name) ?? 0), 0);
    const taken = Math.min(bytes, rest);
    states.set(state, taken);
    rest -= taken;
  };
  take('free', 'MemFree');
  take('buffers', 'Buffers');
  take('cached', 'Cached', 'SReclaimable');
  return states.set('used', rest);
}

/** Memory of the host, from `/proc/meminfo`. */
export const memory: CollectorFactory = ({ procRoot }: CollectorContext): Collector => ({
  async collect(): Promise<Collection> {
    const meminfo = parseMeminfo(await readServedFile(`${procRoot}/meminfo`));
    const limit = meminfo.get('MemTotal');
    if (limit === undefined || limit === 0) throw new Error(`${procRoot}/meminfo has no MemTotal`);
    const states = [...memoryStates(meminfo, limit)];
    const metrics: Metric[] = [
      numbers('system.memory.limit', [[limit]]),
      numbers(
        'system.memory.usage',
        states.map(([state, bytes]) => [bytes, { 'system.memory.state': state }]),
      ),
    ];
    const available = meminfo.get('MemAvailable');
    if (available === undefined) {
      const reason = `${procRoot}/meminfo has no MemAvailable`;
      return { metrics, absent: { 'system.memory.linux.available': reason, 'system.memory.utilization': reason } };
    }
    metrics.push(
      numbers('system.memory.linux.available', [[available]]),
      numbers('system.memory.utilization', [[memoryUtilization(available, limit)]]),
    );
    return { metrics };
  },
});

/** 1 − available / limit, from 0 to 1. */
export function memoryUtilization(available: number, limit: number): number {
  return Math.min(1, Math.max(0, 1 - available / limit));
}
