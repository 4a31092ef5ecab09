import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { DemoError } from './demo-error.ts';

/** A program to start. */
export interface Program {
  /** What the reader calls it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Asks it to end; `SIGTERM` if not given. */
  readonly stopSignal?: NodeJS.Signals;
  /** Ends it at once; `SIGKILL` if not given. */
  readonly killSignal?: NodeJS.Signals;
}

const GRACE_MS = 5000;
const KEPT_LINES = 50;

/** A running program: its pid, its output, its end. */
export class Child {
  readonly name: string;
  readonly pid: number;
  readonly stopSignal: NodeJS.Signals;
  readonly killSignal: NodeJS.Signals;
  /** How it ended, once it has: `code 1`, `SIGKILL`. */
  readonly exited: Promise<string>;
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  readonly #listeners = new Set<(line: string) => void>();
  #ending = false;

  private constructor(program: Program, process: ChildProcess, pid: number) {
    this.name = program.name;
    this.pid = pid;
    this.stopSignal = program.stopSignal ?? 'SIGTERM';
    this.killSignal = program.killSignal ?? 'SIGKILL';
    this.#process = process;
    // `close` and not `exit`: the last words are read by then.
    this.exited = once(process, 'close').then(([code, signal]) => (signal ? String(signal) : `code ${code}`));
    for (const stream of [process.stdout, process.stderr]) this.#read(stream);
  }

  /** @throws {DemoError} if the program cannot be started */
  static async start(program: Program): Promise<Child> {
    const process = spawn(program.command, program.args, {
      // A group of its own: Ctrl-C in the terminal reaches the demo alone, which then ends its children in order.
      detached: true,
      // The channel tells a Node.js program that the demo is gone, however it went.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      ...(program.env && { env: program.env }),
      ...(program.cwd && { cwd: program.cwd }),
      ...program.user,
    });
    try {
      await once(process, 'spawn');
    } catch (error) {
      throw new DemoError(`${program.name} cannot be started: ${(error as Error).message}.`, { cause: error });
    }
    return new Child(program, process, process.pid as number);
  }

  /** An error that says what happened to it, with its last words. */
  failure(what: string): DemoError {
    return new DemoError([`${this.name} ${what}.`, ...this.#lines.slice(-10)].join('\n  '));
  }

  /** True from the moment it was asked to end. */
  get ending(): boolean {
    return this.#ending;
  }

  /**
   * Waits for a line of output.
   *
   * @param pick returns what the line says, or undefined if it is another line
   * @throws {DemoError} if the program ends first or the time is up
   */
  async line<Found>(pick: (line: string) => Found | undefined, timeoutMs: number): Promise<Found> {
    const found = Promise.withResolvers<Found>();
    const listen = (line: string): void => {
      const value = pick(line);
      if (value !== undefined) found.resolve(value);
    };
    for (const line of this.#lines) listen(line);
    this.#listeners.add(listen);
    const timer = setTimeout(() => found.reject(this.failure(`was not ready within ${timeoutMs / 1000} s`)), timeoutMs);
    const ended = this.exited.then((how) => {
      throw this.failure(`ended by itself (${how})`);
    });
    try {
      return await Promise.race([found.promise, ended]);
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(listen);
    }
  }

  /** Asks it to end, ends it after a grace of five seconds, and waits until it is gone. */
  async stop(): Promise<void> {
    this.#ending = true;
    this.#signal(this.stopSignal);
    const timer = setTimeout(() => this.#signal('SIGKILL'), GRACE_MS);
    await this.exited;
    clearTimeout(timer);
  }

  /** Ends it at once. */
  kill(): void {
    this.#ending = true;
    this.#signal(this.killSignal);
  }

  #signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  #read(stream: Readable | null): void {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      this.#lines.push(line);
      if (this.#lines.length > KEPT_LINES) this.#lines.shift();
      for (const listener of this.#listeners) listener(line);
    });
  }
}
