import { readFileSync } from 'node:fs';

/** Whether a process is running. One that has ended counts as such even if nobody has asked yet how it ended. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

// Orphans stay zombies until the first process of the system asks how they ended; in some containers it never does.
function isZombie(pid: number): boolean {
  try {
    // The name in parentheses may hold anything; the state is what follows the last of them.
    return /^.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
