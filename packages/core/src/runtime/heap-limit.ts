import { getHeapStatistics } from 'node:v8';
import { resourceLimits } from 'node:worker_threads';

const MEBIBYTE = 1024 * 1024;

/** Where the options of Node.js are. */
export interface NodeOptions {
  readonly execArgv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * How many bytes of objects that have lived for a while the heap may hold: what is beyond ends the process.
 *
 * V8's own `heap_size_limit` is that and the room of young objects, with `--max-old-space-size` three times 64 MiB: of a
 * limit of 64 MiB it would be a fourth that is used when the process dies. Without that option the young are 5 % of it.
 */
export function oldGenerationLimit({ execArgv, environment }: NodeOptions): number {
  const { maxOldGenerationSizeMb } = resourceLimits;
  const inMiB = maxOldGenerationSizeMb ?? optionOf([environment['NODE_OPTIONS'] ?? '', ...execArgv].join(' '));
  return inMiB === undefined ? getHeapStatistics().heap_size_limit : inMiB * MEBIBYTE;
}

// The last one holds, and V8 reads hyphens and underscores alike.
function optionOf(text: string): number | undefined {
  const value = [...text.matchAll(/--max[-_]old[-_]space[-_]size[= ]"?(\d+)/g)].at(-1)?.[1];
  const inMiB = Number(value);
  return inMiB > 0 ? inMiB : undefined;
}
