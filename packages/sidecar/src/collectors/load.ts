import { numbers } from './collector.ts';
import type { Collection, Collector, CollectorContext, CollectorFactory } from './collector.ts';
import { readServedFile } from './served-file.ts';

/** Load averaged over one, five and 15 minutes. */
export type LoadAverages = readonly [number, number, number];

/** The metrics of {@link LoadAverages}, in their order. */
export const LOAD_METRICS: readonly [string, string, string] = [
  'system.cpu.load_average.1m',
  'system.cpu.load_average.5m',
  'system.cpu.load_average.15m',
];

/** The averages of `/proc/loadavg` (proc_loadavg(5)). @throws {Error} if there are none */
export function parseLoadavg(text: string): LoadAverages {
  const [one, five, fifteen] = text.split(' ', 3).map((field) => (field === '' ? NaN : Number(field)));
  if (one === undefined || five === undefined || fifteen === undefined || !Number.isFinite(one + five + fifteen)) {
    throw new Error(`/proc/loadavg has no three averages: ${text.trim()}`);
  }
  return [one, five, fifteen];
}

/** The metrics of a reading. */
export function loadCollection(averages: LoadAverages): Collection {
  return { metrics: averages.map((average, index) => numbers(LOAD_METRICS[index] ?? '', [[average]])) };
}

/** How many tasks ran or waited for a CPU or a disk, from `/proc/loadavg`. */
export const load: CollectorFactory = ({ procRoot }: CollectorContext): Collector => ({
  async collect(): Promise<Collection> {
    return loadCollection(parseLoadavg(await readServedFile(`${procRoot}/loadavg`)));
  },
});
