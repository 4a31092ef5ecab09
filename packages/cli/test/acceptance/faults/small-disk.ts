import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const SCRIPT = 'mount -t tmpfs -o "size=$1,mode=700" tmpfs "$0" && echo mounted && exec sleep infinity';

/**
 * A folder on a disk of its own that can be filled up. It is mounted in a namespace that a process keeps, so that what is
 * on it outlives the sidecars that are started in there.
 */
export class SmallDisk {
  readonly folder: string;
  readonly #keeper: ChildProcess;
  readonly #inNamespace: readonly string[];

  private constructor(folder: string, keeper: ChildProcess, inNamespace: readonly string[]) {
    this.folder = folder;
    this.#keeper = keeper;
    this.#inNamespace = inNamespace;
  }

  /**
   * @param folder is made, and is where the disk is for those in the namespace
   * @throws {Error} where such a namespace is not allowed
   */
  static async mount(folder: string, kibibytes: number): Promise<SmallDisk> {
    await mkdir(folder);
    const root = process.getuid?.() === 0;
    const unshare = root ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
    const keeper = spawn('unshare', [...unshare, '/bin/sh', '-c', SCRIPT, folder, `${kibibytes}k`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(keeper, 'exit').then(() => {
      throw new Error('A disk cannot be mounted here: run this test as root, or allow user namespaces.');
    });
    await Promise.race([once(keeper.stdout, 'data'), ended]);
    ended.catch(() => undefined);
    return new SmallDisk(folder, keeper, root ? [] : ['--user', '--preserve-credentials']);
  }

  /** What runs a command line where the disk is; it becomes that program. */
  get through(): [command: string, ...args: string[]] {
    return ['nsenter', `--target=${this.#keeper.pid}`, '--mount', ...this.#inNamespace];
  }

  /** Leaves no room. */
  fill(): void {
    for (let bytes = 2 ** 20; bytes >= 1; bytes /= 4) {
      try {
        for (;;) writeFileSync(this.#filler, Buffer.alloc(bytes), { flag: 'a' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  }

  /** Makes room again. */
  clear(): void {
    rmSync(this.#filler, { force: true });
  }

  async unmount(): Promise<void> {
    const gone = once(this.#keeper, 'exit');
    this.#keeper.kill('SIGKILL');
    await gone;
  }

  get #filler(): string {
    return join(`/proc/${this.#keeper.pid}/root`, this.folder, 'filler');
  }
}
