import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseMountinfo } from '@outrider/core/cgroup';
import type { Mount } from '@outrider/core/cgroup';

export interface Limits {
  /** CPUs. */
  readonly cpus?: number;
  readonly memoryBytes?: number;
}

const NAME = 'outrider-test-';
// By the process that made it.
const LEFTOVER = new RegExp(`^${NAME}(\\d+)-`);

const PERIOD_US = 100_000;
const EMPTY_MS = 5000;

/** The program that joins a cgroup, to be loaded before another one. */
export const LIMITED: string = fileURLToPath(new URL('programs/limited.mjs', import.meta.url));

/** A cgroup of this machine with limits, of version 1 or 2, for as long as a test runs. */
export class LimitedCgroup {
  /** What {@link LIMITED} is to be told of it. */
  readonly environment: Readonly<Record<'CGROUP_PROCS', string>>;
  /** Whether the kernel tells its pressure: version 2 does, also beside version 1. */
  readonly hasPressure: boolean;
  readonly #dirs: readonly string[];

  private constructor(dirs: readonly string[], unified: string | undefined) {
    this.#dirs = dirs;
    this.environment = { CGROUP_PROCS: dirs.map((dir) => join(dir, 'cgroup.procs')).join(':') };
    this.hasPressure = unified !== undefined && existsSync(join(unified, 'cpu.pressure'));
  }

  /** @throws {Error} where the machine does not allow it */
  static make(limits: Limits = {}): LimitedCgroup {
    const mounts = parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8'));
    const name = `${NAME}${process.pid}-${randomBytes(3).toString('hex')}`;
    const dirOf = (mount: Mount | undefined): string | undefined => mount && join(mount.mountPoint, name);
    const v1 = (controller: string): string | undefined =>
      dirOf(mounts.find(({ fsType, superOptions }) => fsType === 'cgroup' && superOptions.includes(controller)));
    const mountV2 = mounts.find(({ fsType }) => fsType === 'cgroup2');
    const [cpu, cpuacct, memory, unified] = [v1('cpu'), v1('cpuacct'), v1('memory'), dirOf(mountV2)];
    if (mountV2 !== undefined && (cpu === undefined || memory === undefined)) enableControllers(mountV2.mountPoint);
    const dirs = [...new Set([cpu, cpuacct, memory, unified].filter((dir) => dir !== undefined))];
    const made: string[] = [];
    try {
      for (const dir of dirs) {
        mkdirSync(dir);
        made.push(dir);
      }
      limitCpu(limits.cpus, cpu, unified);
      limitMemory(limits.memoryBytes, memory, unified);
    } catch (error) {
      for (const dir of made) rmdirSync(dir);
      throw error;
    }
    return new LimitedCgroup(dirs, unified);
  }

  /** Removes it, once the last process in it is gone. */
  async remove(): Promise<void> {
    for (const dir of this.#dirs) {
      for (const end = performance.now() + EMPTY_MS; ; await wait(20)) {
        try {
          rmdirSync(dir);
          break;
        } catch (error) {
          // A process that was killed leaves its cgroup a moment after its end was told.
          if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || performance.now() > end) throw error;
        }
      }
    }
  }
}

/** Why this machine does not let a test make cgroups, or `undefined` if it does. Removes what a killed one left. */
export async function whyNoCgroups(): Promise<string | undefined> {
  try {
    removeLeftovers();
    await LimitedCgroup.make({ cpus: 1, memoryBytes: 2 ** 28 }).remove();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function removeLeftovers(): void {
  const mounts = parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  for (const { mountPoint } of mounts.filter(({ fsType }) => fsType.startsWith('cgroup'))) {
    for (const name of readdirSync(mountPoint)) {
      const pid = LEFTOVER.exec(name)?.[1];
      if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
      try {
        rmdirSync(join(mountPoint, name));
      } catch {
        // A process of it is still ending; the next run finds it.
      }
    }
  }
}

// Processes may be in the root of version 2, so this is allowed there whoever runs; systemd does the same.
function enableControllers(root: string): void {
  const file = join(root, 'cgroup.subtree_control');
  const enabled = readFileSync(file, 'utf8').trim().split(' ');
  const missing = ['cpu', 'memory'].filter((controller) => !enabled.includes(controller));
  if (missing.length > 0) writeFileSync(file, missing.map((controller) => `+${controller}`).join(' '));
}

function limitCpu(cpus: number | undefined, v1: string | undefined, v2: string | undefined): void {
  if (cpus === undefined) return;
  const quota = Math.round(cpus * PERIOD_US);
  if (v1 !== undefined) {
    writeFileSync(join(v1, 'cpu.cfs_period_us'), String(PERIOD_US));
    writeFileSync(join(v1, 'cpu.cfs_quota_us'), String(quota));
  } else {
    writeFileSync(join(v2 ?? '', 'cpu.max'), `${quota} ${PERIOD_US}`);
  }
}

// Where there is swap, what is above the limit goes there and nobody is killed; so there is to be none.
function limitMemory(bytes: number | undefined, v1: string | undefined, v2: string | undefined): void {
  if (bytes === undefined) return;
  if (v1 !== undefined) {
    writeFileSync(join(v1, 'memory.limit_in_bytes'), String(bytes));
    writeIfThere(join(v1, 'memory.memsw.limit_in_bytes'), String(bytes));
  } else {
    writeFileSync(join(v2 ?? '', 'memory.max'), String(bytes));
    writeIfThere(join(v2 ?? '', 'memory.swap.max'), '0');
  }
}

function writeIfThere(path: string, text: string): void {
  if (existsSync(path)) writeFileSync(path, text);
}
