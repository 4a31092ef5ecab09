import type { Metric } from '../../metric.ts';
import { numbers } from '../collector.ts';
import type { Collection, CollectorFactory } from '../collector.ts';
import { libraryCollector } from './library-collector.ts';
import type { LibraryAnswers } from './library.ts';

const IO = 'system.disk.io';
const OPERATIONS = 'system.disk.operations';

/**
 * The metrics of the library's answers: macOS's sums over all disks, so that no device is named. On Windows it answers
 * `null`, and where its command fails 0, which a system that has started from a disk has not read.
 */
export function toDisks(
  stats: Pick<NonNullable<LibraryAnswers['fsStats']>, 'rx' | 'wx'> | null,
  operations: Pick<NonNullable<LibraryAnswers['disksIO']>, 'rIO' | 'wIO'> | null,
): Collection {
  const metrics: Metric[] = [];
  const absent: Record<string, string> = {
    'system.disk.io_time': 'systeminformation does not tell how long disks are busy',
  };
  const add = (name: string, what: string, read = NaN, write = NaN): void => {
    if (read + write > 0) {
      metrics.push(
        numbers(name, [
          [read, { 'disk.io.direction': 'read' }],
          [write, { 'disk.io.direction': 'write' }],
        ]),
      );
    } else {
      absent[name] = `systeminformation does not tell the ${what} of disks here`;
    }
  };
  add(IO, 'bytes', stats?.rx, stats?.wx);
  add(OPERATIONS, 'operations', operations?.rIO, operations?.wIO);
  return { metrics, absent };
}

/** Reads and writes of the disks of macOS; on Windows they are absent. */
export const libraryDisks: CollectorFactory = libraryCollector(async (library) =>
  toDisks(await library.ask('fsStats'), await library.ask('disksIO')),
);
