import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What an application's process says: where it listens, and then what it is asked for or what it likes to tell. */
export type FromApp<Report> =
  | { readonly port: number }
  | { readonly told: Report }
  | { readonly id: number; readonly report: Report };

/** Asks an application's process for a report; with `collect`, after its garbage is collected. */
export interface ToApp {
  readonly id: number;
  readonly collect: boolean;
}

/** An application in a process of its own, so that server and client each have a processor. */
export class AppProcess<Report> {
  readonly port: number;
  /** What it told of itself. */
  readonly told: Report[] = [];
  readonly #process: ChildProcess;
  readonly #output: string[];
  #asked = 0;

  private constructor(port: number, child: ChildProcess, output: string[]) {
    this.port = port;
    this.#process = child;
    this.#output = output;
    child.on('message', (message: FromApp<Report>) => {
      if ('told' in message) this.told.push(message.told);
    });
  }

  /**
   * Starts a module; resolves once it listens.
   *
   * @throws {Error} if it ends before, with what it printed
   */
  static async start<Report>(
    module: URL,
    parameters: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<AppProcess<Report>> {
    const child = fork(module, parameters, {
      // Code that is dropped in the middle of a run would hide what grows.
      execArgv: ['--expose-gc', '--no-flush-bytecode', '--conditions=source'],
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const output: string[] = [];
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text) => output.push(String(text)));
    const ended = once(child, 'exit').then(() => {
      throw new Error(`the application's process ended: ${output.join('')}`);
    });
    ended.catch(() => undefined);
    const [{ port }] = (await Promise.race([once(child, 'message'), ended])) as [{ port: number }];
    return new AppProcess<Report>(port, child, output);
  }

  /** All that it printed. */
  get output(): string {
    return this.#output.join('');
  }

  /** Asks for a report. @throws {Error} if the process ends instead */
  report(collect: boolean): Promise<Report> {
    const id = ++this.#asked;
    const child = this.#process;
    return new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error(`the application's process ended: ${this.output}`));
      const onMessage = (message: FromApp<Report>): void => {
        if (!('id' in message) || message.id !== id) return;
        child.off('message', onMessage).off('exit', onExit);
        resolve(message.report);
      };
      child.on('message', onMessage).on('exit', onExit);
      child.send({ id, collect } satisfies ToApp);
    });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }
}
