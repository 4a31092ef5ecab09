import { readFile } from 'node:fs/promises';
import { uptime } from 'node:os';

/**
 * When the host booted, in milliseconds since 1970: what the kernel counts began then. From the line `btime` of
 * `/proc/stat` (proc_stat(5)); where there is none, the system is asked how long it has been up.
 *
 * The kernel works it out from a clock that is set now and then: read it once, or a start time would wander.
 */
export async function readBootTime(procRoot: string): Promise<number> {
  try {
    const seconds = /^btime (\d+)$/m.exec(await readFile(`${procRoot}/stat`, 'utf8'))?.[1];
    if (seconds !== undefined) return Number(seconds) * 1000;
  } catch {
    // Not Linux, or a sandbox.
  }
  return Math.round(Date.now() - uptime() * 1000);
}
