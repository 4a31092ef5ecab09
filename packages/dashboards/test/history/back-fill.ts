import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

/** A series as it was over time. */
export interface PastSeries {
  /** Its name and labels, as Prometheus writes them. */
  readonly name: string;
  /** Its value at a time, in seconds since 1970; undefined while there is none: it just ends, and nothing says so. */
  readonly at: (timeS: number) => number | undefined;
}

/** From when to when, in seconds since 1970. */
export interface Slice {
  readonly fromS: number;
  readonly toS: number;
}

/** The name of a series with labels. */
export function named(metric: string, labels: Readonly<Record<string, string>>): string {
  const written = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `${metric}{${written.join(',')}}`;
}

/**
 * Writes a slice of the past into the data of a Prometheus that does not run, as blocks of its own.
 *
 * @param folder of the data; it need not exist
 */
export async function backFill(
  folder: string,
  past: readonly PastSeries[],
  { fromS, toS }: Slice,
  stepS: number,
): Promise<void> {
  // promtool reads a file anew for every two hours between its first and last sample: one file a slice.
  const file = join(folder, '..', `samples-${fromS}.om`);
  await pipeline(lines(past, fromS, toS, stepS), createWriteStream(file));
  await promisify(execFile)('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, folder]);
}

function* lines(past: readonly PastSeries[], fromS: number, toS: number, stepS: number): Generator<string> {
  for (const { name, at } of past) {
    let text = '';
    for (let timeS = fromS; timeS <= toS; timeS += stepS) {
      const value = at(timeS);
      if (value !== undefined) text += `${name} ${value} ${timeS}\n`;
    }
    yield text;
  }
  yield '# EOF\n';
}
