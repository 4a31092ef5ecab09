import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { isRunning } from '../../src/demo/running.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const ANY_PORTS = ['express', 'koa', 'metrics', 'otlp', 'prometheus'].flatMap((name) => [`--${name}-port`, '0']);

/** `outrider demo` as a process of its own, with any free ports and a folder of its own for temporary files. */
export class RunningDemo {
  readonly pid: number;
  /** Its exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  readonly #temporary: string;
  readonly #stdout: Readable;
  #output = '';
  #errors = '';

  private constructor(temporary: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    const child = spawn(process.execPath, [MAIN, 'demo', ...ANY_PORTS, ...args], {
      env: { ...process.env, DATABASE_URL: '', TMPDIR: temporary, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#temporary = temporary;
    this.#stdout = child.stdout;
    this.pid = child.pid as number;
    child.stdout.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.exited = once(child, 'close').then(([code, signal]) => (code as number | null) ?? String(signal));
  }

  static async start(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<RunningDemo> {
    const temporary = await mkdtemp(join(tmpdir(), 'outrider-test-'));
    await chmod(temporary, 0o711);
    return new RunningDemo(temporary, args, env);
  }

  get output(): string {
    return this.#output;
  }

  get errors(): string {
    return this.#errors;
  }

  /** Waits until it has printed a text. */
  async printed(text: string): Promise<void> {
    while (!this.#output.includes(text)) {
      const ended = await Promise.race([once(this.#stdout, 'data').then(() => undefined), this.exited]);
      if (ended !== undefined) throw new Error(`the demo ended (${ended}):\n${this.#output}${this.#errors}`);
    }
  }

  /** Waits until everything runs. */
  ready(): Promise<void> {
    return this.printed('Ctrl-C stops everything.');
  }

  /** The URL it printed in the row of a name. */
  url(name: string): string {
    const [, url] = new RegExp(`${name} +(http://127\\.0\\.0\\.1:\\d+)`).exec(this.#output) ?? [];
    if (url === undefined) throw new Error(`no URL of ${name} in:\n${this.#output}`);
    return url;
  }

  /** The process id it printed in the row of a name. */
  pidOf(name: string): number {
    const [, pid] = new RegExp(`${name} .*pid (\\d+)`).exec(this.#output) ?? [];
    if (pid === undefined) throw new Error(`no pid of ${name} in:\n${this.#output}`);
    return Number(pid);
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** What it left: processes of those it printed, and files. */
  async leftovers(): Promise<{ pids: number[]; files: string[] }> {
    const pids = [...this.#output.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid)).filter(isRunning);
    return { pids, files: await readdir(this.#temporary) };
  }

  /** Ends it however the test went. */
  async dispose(): Promise<void> {
    if (isRunning(this.pid)) {
      this.signal('SIGTERM');
      await this.exited;
    }
    for (const pid of (await this.leftovers()).pids) process.kill(pid, 'SIGKILL');
    await rm(this.#temporary, { recursive: true, force: true });
  }
}
