import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

const require = createRequire(import.meta.url);

// As text and not as a file, so that it is found wherever this is bundled to. bcryptjs computes in JavaScript: in the main
// thread, each comparison would hold up everybody for 60 ms and more.
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const { compareSync } = require(workerData);
parentPort.on('message', ([password, hash]) => parentPort.postMessage(compareSync(password, hash)));
`;

const IDLE_MS = 10_000;

interface Comparison {
  readonly resolve: (matches: boolean) => void;
  readonly reject: (error: Error) => void;
}

/** Compares passwords with bcrypt hashes, one after the other, in a thread that is there only while it is needed. */
export class BcryptThread {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  readonly #waiting: Comparison[] = [];

  /** Comparisons that are not done. */
  get pending(): number {
    return this.#waiting.length;
  }

  /** Whether a password has this hash. Rejects if the thread cannot be had. */
  async compare(password: string, hash: string): Promise<boolean> {
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const compared = new Promise<boolean>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    // A worker of Node.js has no origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker.postMessage([password, hash]);
    return compared;
  }

  #start(): Worker {
    const bare = { execArgv: [], env: {}, stdin: false };
    const worker = new Worker(PROGRAM, { ...bare, eval: true, workerData: require.resolve('bcryptjs') });
    worker.unref();
    worker.on('message', (matches: boolean) => {
      // They are answered in the order in which they were asked.
      this.#waiting.shift()?.resolve(matches);
      if (this.#waiting.length === 0) this.#idle = setTimeout(() => this.#dismiss(worker), IDLE_MS).unref();
    });
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      for (const { reject } of this.#waiting.splice(0)) reject(new Error('the thread that compares passwords ended'));
    });
    return worker;
  }

  #dismiss(worker: Worker): void {
    // Forgotten first: what comes while it ends gets another.
    this.#worker = undefined;
    void worker.terminate();
  }
}
