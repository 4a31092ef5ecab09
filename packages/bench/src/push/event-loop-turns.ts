/** The longest that the event loop was held, in milliseconds. */
export interface Stretch {
  /** By the clock: what anybody waits who wants something of the process. */
  readonly wall: number;
  /** By the process's CPU time: what is left of it where the machine has other things to do. */
  readonly cpu: number;
}

/**
 * Finds the longest that the event loop stayed away from other work while something was under way: it is kept turning
 * all the time, and each turn notes when it comes.
 */
export async function longestStretch(work: () => Promise<unknown>): Promise<Stretch> {
  const longest = { wall: 0, cpu: 0 };
  let working = true;
  let before = { wall: performance.now(), cpu: cpuMilliseconds() };
  const turn = (): void => {
    const now = { wall: performance.now(), cpu: cpuMilliseconds() };
    longest.wall = Math.max(longest.wall, now.wall - before.wall);
    longest.cpu = Math.max(longest.cpu, now.cpu - before.cpu);
    before = now;
    if (working) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  // What runs after the last turn is part of it.
  turn();
  working = false;
  return longest;
}

function cpuMilliseconds(): number {
  // Linux tells a process's time to the microsecond, a thread's by the tick of its clock.
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
