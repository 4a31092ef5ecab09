import { readFileSync, readdirSync } from 'node:fs';

/** The processes that a process started and that are still there, zombies included, from procfs. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => (parentOf(name) === pid ? [Number(name)] : []));
}

// proc_pid_stat(5): the name in parentheses may hold anything; the parent is the second field behind it.
function parentOf(pid: string): number | undefined {
  try {
    return Number(/^.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    // Gone since the folder was read.
    return undefined;
  }
}
