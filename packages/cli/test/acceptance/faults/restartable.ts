import { readFileSync } from 'node:fs';
import { freePort } from '../../../../test-servers/src/server.ts';
import type { TestServer } from '../../../../test-servers/src/server.ts';

/** A real server that can hang, be killed, and come back on the same port, empty. */
export class Restartable {
  readonly port: number;
  readonly #make: (port: number) => Promise<TestServer>;
  #running: TestServer | undefined;

  private constructor(port: number, make: (port: number) => Promise<TestServer>) {
    this.port = port;
    this.#make = make;
  }

  /** Finds a port for a server that is not started yet. */
  static async of(make: (port: number) => Promise<TestServer>): Promise<Restartable> {
    return new Restartable(await freePort(), make);
  }

  async start(): Promise<void> {
    this.#running = await this.#make(this.port);
  }

  /** Stops it and its processes where they are: the kernel takes connections, and nobody answers. */
  hang(): void {
    this.#signal('SIGSTOP');
  }

  resume(): void {
    this.#signal('SIGCONT');
  }

  /** Ends it without a word to its clients; does nothing where it does not run. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#running?.stop();
    this.#running = undefined;
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#running === undefined) return;
    const { pid } = this.#running;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    for (const one of [pid, ...children]) send(one, signal);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // PostgreSQL has processes that end by themselves.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
