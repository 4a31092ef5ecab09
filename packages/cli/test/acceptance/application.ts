import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { demoEnvironment } from '../../src/demo/environment.ts';

/** The frameworks that every acceptance test runs side by side. */
export const FRAMEWORKS = ['express', 'koa'] as const;

export type FrameworkName = (typeof FRAMEWORKS)[number];

/** What an application counted itself, beside the middleware. */
export interface Report {
  readonly received: number;
  readonly ended: number;
  readonly aborted: number;
  /** Answers that were written to their end, by status. */
  readonly finished: Readonly<Record<string, number>>;
  /** Bytes. */
  readonly heapUsed: number;
  readonly rss: number;
  /** Pushes by result, as the application's own observer counts them. */
  readonly pushes: Readonly<Record<'ok' | 'refused' | 'failed' | 'late', number>>;
}

/** An application as a process of its own. */
export class Application {
  readonly framework: FrameworkName;
  /** Service name: the job of its series. */
  readonly service: string;
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #output: { text: string };
  #questions = 0;

  private constructor(framework: FrameworkName, process: ChildProcess, port: number, output: { text: string }) {
    this.framework = framework;
    this.service = `acceptance-${framework}`;
    this.port = port;
    this.#process = process;
    this.#output = output;
  }

  /** Starts the built packages' middleware on a framework; resolves once it listens. */
  static async start(framework: FrameworkName, environment: NodeJS.ProcessEnv): Promise<Application> {
    const program = fileURLToPath(new URL(`programs/${framework}-app.mjs`, import.meta.url));
    const child = spawn(process.execPath, ['--expose-gc', program], {
      env: demoEnvironment({ OTEL_SERVICE_NAME: `acceptance-${framework}`, ...environment }),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const output = { text: '' };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (output.text += chunk.toString()));
    }
    const ended = once(child, 'close').then(() => {
      throw new Error(`the ${framework} application ended: ${output.text}`);
    });
    const [{ port }] = (await Promise.race([once(child, 'message'), ended])) as [{ port: number }];
    ended.catch(() => undefined);
    return new Application(framework, child, port, output);
  }

  /** Everything it printed, on stdout and stderr. */
  get output(): string {
    return this.#output.text;
  }

  /** Whether it still runs. */
  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Asks it what it counted; a forced collection of its garbage takes it some time. */
  report(garbage: 'left' | 'collected' = 'left'): Promise<Report> {
    const id = (this.#questions += 1);
    const { promise, resolve, reject } = Promise.withResolvers<Report>();
    const listen = (message: Report & { readonly id: number }): void => {
      if (message.id !== id) return;
      this.#process.off('message', listen);
      resolve(message);
    };
    this.#process.on('message', listen);
    this.#process.send({ id, garbage }, (error) => {
      if (error) reject(error);
    });
    return promise;
  }

  /** Ends it and waits until it is gone. */
  async stop(): Promise<void> {
    if (!this.running) return;
    const closed = once(this.#process, 'close');
    this.#process.kill('SIGKILL');
    await closed;
  }
}
