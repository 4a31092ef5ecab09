import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Systeminformation } from 'systeminformation';

/** What the library answers to the calls that are used of it. It answers `null` where its types do not say so. */
export interface LibraryAnswers {
  readonly mem: Systeminformation.MemData;
  readonly fsSize: readonly Systeminformation.FsSizeData[];
  readonly blockDevices: readonly Systeminformation.BlockDevicesData[];
  readonly fsStats: Systeminformation.FsStatsData | null;
  readonly disksIO: Systeminformation.DisksIoData | null;
  readonly networkStats: readonly Systeminformation.NetworkStatsData[];
}

/** The library in a thread of its own. */
export interface Library {
  /** Calls one of its functions. @throws {Error} if that throws, or the thread ends before it has answered */
  ask<Call extends keyof LibraryAnswers>(call: Call, ...args: readonly string[]): Promise<LibraryAnswers[Call]>;
  /** The thread ends with the last of those that use it. */
  close(): void;
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

// As text and not as a file: a bundler would not take a file along.
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const library = require(workerData);
parentPort.on('message', async ({ id, call, args }) => {
  try {
    parentPort.postMessage({ id, value: await library[call](...args) });
  } catch (error) {
    parentPort.postMessage({ id, error: String(error && error.message || error) });
  }
});
`;

// One for all who use it: each thread takes some 10 MB.
let thread: LibraryThread | undefined;

/**
 * Uses the library, which runs commands for most of its answers, waits for some of them synchronously, and replaces
 * methods of `String.prototype` as it goes. In a thread that stops and changes nothing else.
 *
 * @example const library = openLibrary(); const { total } = await library.ask('mem'); library.close();
 */
export function openLibrary(): Library {
  let open = true;
  const used = (thread ??= new LibraryThread());
  used.users += 1;
  return {
    ask: (call, ...args) => used.ask(call, args),
    close: () => {
      if (!open) return;
      open = false;
      used.users -= 1;
      if (used.users > 0) return;
      used.end();
      thread = undefined;
    },
  };
}

class LibraryThread {
  users = 0;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #worker: Worker | undefined;
  #lastId = 0;

  async ask<Call extends keyof LibraryAnswers>(call: Call, args: readonly string[]): Promise<LibraryAnswers[Call]> {
    const worker = (this.#worker ??= this.#start());
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage({ id, call, args });
    return (await answer.promise) as LibraryAnswers[Call];
  }

  end(): void {
    void this.#worker?.terminate();
  }

  #start(): Worker {
    const workerData = createRequire(import.meta.url).resolve('systeminformation');
    // What its commands complain about is for nobody: a question that fails says so itself.
    const worker = new Worker(PROGRAM, { eval: true, workerData, execArgv: [], stdout: true, stderr: true });
    worker.unref();
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', ({ id, value, error }: Answer) => {
      const answer = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) answer?.resolve(value);
      else answer?.reject(new Error(error));
    });
    let cause = 'the thread of systeminformation has ended';
    worker.on('error', (error) => {
      cause = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => {
      for (const answer of this.#waiting.values()) answer.reject(new Error(cause));
      this.#waiting.clear();
      // The next question starts another.
      this.#worker = undefined;
    });
    return worker;
  }
}
