import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';

/** No answer takes longer, whatever the machine. */
const DEADLINE_MS = 120_000;

/** A Node.js process that speaks when spoken to, and once at first. */
export class Child {
  readonly #name: string;
  readonly #process: ChildProcess;

  /**
   * @param file URL of the module to run, as {@link moduleFile} finds it
   * @param flags of Node.js
   */
  constructor(
    name: string,
    file: URL,
    parameters: readonly string[],
    environment: NodeJS.ProcessEnv,
    flags: readonly string[] = [],
  ) {
    this.#name = name;
    this.#process = fork(file, parameters, {
      env: environment,
      // A benchmark that runs from its sources, as its tests do, takes the other packages' sources too.
      execArgv: extname(file.pathname) === '.ts' ? ['--conditions=source', ...flags] : [...flags],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  /**
   * Waits for what the process says next.
   *
   * @throws {Error} if it ends before, or says nothing for two minutes
   */
  async next<Reply>(): Promise<Reply> {
    const stop = new AbortController();
    const deadline = setTimeout(() => stop.abort(), DEADLINE_MS);
    const { signal } = stop;
    try {
      const ended = once(this.#process, 'exit', { signal }).then(([code, killedBy]) => {
        throw new Error(`${this.#name} ended (${killedBy ?? `code ${code}`}).`);
      });
      const [message] = (await Promise.race([once(this.#process, 'message', { signal }), ended])) as [Reply];
      return message;
    } catch (error) {
      throw signal.aborted ? new Error(`${this.#name} gave no answer.`, { cause: error }) : error;
    } finally {
      clearTimeout(deadline);
      // Takes both listeners away.
      stop.abort();
    }
  }

  /** Says something and waits for the answer. */
  ask<Reply>(request: string | object): Promise<Reply> {
    this.#process.send(request);
    return this.next<Reply>();
  }

  /** Ends the process and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }
}

/**
 * Finds a module to run in a process of its own, beside the one that asks: built if that is built, else its source.
 *
 * @param name relative path without an extension @param from URL of the module that asks
 */
export function moduleFile(name: string, from: string): URL {
  return new URL(`./${name}${extname(from)}`, from);
}
