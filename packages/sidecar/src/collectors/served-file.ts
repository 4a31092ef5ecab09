import { readFile } from 'node:fs/promises';

// Node.js has four threads to read files, resolve names and compress with. A reading that hangs keeps one of them.
const MOST_READING = 2;

const waiting: (() => void)[] = [];
let reading = 0;

/**
 * The text of a file of procfs that a program may serve: in containers, lxcfs does `stat`, `meminfo`, `loadavg`,
 * `diskstats` and `pressure`. They hang together when it does, so two of them are read at a time: of its threads, half
 * are left to the sidecar.
 */
export async function readServedFile(path: string): Promise<string> {
  if (reading < MOST_READING) reading += 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await readFile(path, 'utf8');
  } finally {
    const next = waiting.shift();
    if (next === undefined) reading -= 1;
    else next();
  }
}
