import { readFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

// That of collectors.
const DEADLINE_MS = 2_000;

/**
 * When the host booted, in milliseconds since 1970: what the kernel counts began then. From the line `btime` of
 * `/proc/stat` (proc_stat(5)); where there is none, or reading it hangs, the system is asked how long it has been up.
 *
 * The kernel works it out from a clock that is set now and then: read it once, or a start time would wander.
 */
export async function readBootTime(procRoot: string): Promise<number> {
  try {
    const read = readFile(`${procRoot}/stat`, 'utf8');
    const stat = await Promise.race([read, wait(DEADLINE_MS, '', { ref: false })]);
    const seconds = /^btime (\d+)$/m.exec(stat)?.[1];
    if (seconds !== undefined) return Number(seconds) * 1000;
  } catch {
    // Not Linux, or a sandbox.
  }
  return Math.round(Date.now() - uptime() * 1000);
}
