import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

// A process that the kernel kills needs a while to give its memory back, and only then closes its connection.
const RECENT_MS = 10_000;
const MOST_RECENT = 100;

export interface OomKillsOptions {
  /** Where procfs is mounted, `/proc`. */
  readonly procRoot: string;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
}

/**
 * The processes that the kernel has killed lately for want of memory, on the host or in any cgroup of it: the count
 * `oom_kill` of `/proc/vmstat`, which a container sees too. It is not said which processes they were.
 */
export class OomKills {
  readonly #path: string;
  readonly #clock: () => number;
  #count: number | undefined;
  /** When each of the recent kills was seen that no end has been explained by. */
  #recent: number[] = [];
  #reading: Promise<void> | undefined;

  constructor({ procRoot, clock }: OomKillsOptions) {
    this.#path = join(procRoot, 'vmstat');
    this.#clock = clock;
  }

  /** Looks for kills. Never rejects: where there is no count, none is seen. */
  look(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Whether the end of a process is explained by a kill of the last ten seconds. Each kill explains one. */
  take(): boolean {
    const oldest = this.#clock() - RECENT_MS;
    this.#recent = this.#recent.filter((seenAt) => seenAt >= oldest);
    return this.#recent.shift() !== undefined;
  }

  async #read(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch(() => '');
    const value = /^oom_kill (\d+)$/m.exec(text)?.[1];
    if (value === undefined) return;
    const count = Number(value);
    const fresh = Math.min(count - (this.#count ?? count), MOST_RECENT);
    this.#count = count;
    for (let kill = 0; kill < fresh; kill += 1) this.#recent.push(this.#clock());
    this.#recent = this.#recent.slice(-MOST_RECENT);
  }
}
