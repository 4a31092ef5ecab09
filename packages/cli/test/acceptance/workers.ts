import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { demoEnvironment } from '../../src/demo/environment.ts';
import { eventually } from './eventually.ts';
import { select, total } from './exposition.ts';
import type { Stage } from './stage.ts';

const REQUESTS = 'http_server_request_duration_seconds_count';
const CONCURRENCY = 8;
const ANSWER_MS = 3000;

/** The environment of an application that pushes to a stage's sidecar, as good as only when it starts and ends. */
export function pushingTo(stage: Stage, environment: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return demoEnvironment({
    OUTRIDER_SOCKET: join(stage.folder, 'otlp.sock'),
    OTEL_METRIC_EXPORT_INTERVAL: '600000',
    ...environment,
  });
}

/** A program that speaks with the test over the channel of `child_process`. */
export class TestProgram<Message extends object> {
  readonly #process: ChildProcess;
  readonly #messages: Message[] = [];
  readonly #output: string[] = [];

  /** Starts one of `programs/`. */
  constructor(name: string, environment: NodeJS.ProcessEnv) {
    const program = fileURLToPath(new URL(`programs/${name}`, import.meta.url));
    this.#process = spawn(process.execPath, [program], { env: environment, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#process.on('message', (message) => this.#messages.push(message as Message));
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.#output.push(chunk.toString()));
    }
  }

  /** Everything it printed, on stdout and stderr. */
  get output(): string {
    return this.#output.join('');
  }

  /** The messages so far that hold these values. */
  said(values: Partial<Message>): Message[] {
    return this.#messages.filter((message) => includes(message, values));
  }

  /** Waits until a message holds these values, and tells it. */
  async hear(values: Partial<Message>): Promise<Message> {
    await eventually(() => this.said(values).length > 0, true);
    return this.said(values)[0] as Message;
  }

  /** Sends a message. */
  tell(message: object): void {
    this.#process.send(message);
  }

  /** Sends a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** How it ended, once it has: `code 1`, `SIGKILL`. */
  async ended(): Promise<string> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode === null && signalCode === null) await once(this.#process, 'close');
    return this.#process.signalCode ?? `code ${this.#process.exitCode}`;
  }

  /** Ends it, in whatever state it is. */
  async stop(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended();
  }
}

function includes(message: object, values: object): boolean {
  const held = new Map(Object.entries(message));
  return Object.entries(values).every(([key, value]) => held.get(key) === value);
}

/** Sends so many requests, several at once, each on a connection of its own, and expects each to be answered with 200. */
export async function sendEach(port: number, path: string, count: number): Promise<void> {
  let left = count;
  const sender = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      expect(await get(port, path)).toBe(200);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, sender));
}

/**
 * Sends requests until the signal says stop, each on a connection of its own, and tells how many were answered. Some may
 * not be: Node's cluster loses a connection that it hands to a worker whose server has just closed.
 */
export async function sendUntil(port: number, path: string, stop: AbortSignal): Promise<number> {
  let answered = 0;
  const sender = async (): Promise<void> => {
    while (!stop.aborted) {
      const status = await get(port, path).catch((error: Error) => error);
      if (status instanceof Error) continue;
      expect(status).toBe(200);
      answered += 1;
    }
  };
  await Promise.all([sender(), sender()]);
  return answered;
}

async function get(port: number, path: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const sent = request({ port, host: '127.0.0.1', path, agent: false, timeout: ANSWER_MS }, (response) => {
    response.on('error', reject);
    response.on('end', () => resolve(response.statusCode));
    response.resume();
  });
  sent.on('timeout', () => sent.destroy(new Error('not answered')));
  sent.on('error', reject);
  sent.end();
  return promise;
}

/** Counts the requests that `/metrics` tells of all processes of a job, those included that have ended. */
export class RequestCount {
  readonly #stage: Stage;
  readonly #job: string;

  constructor(stage: Stage, job: string) {
    this.#stage = stage;
    this.#job = job;
  }

  /** All requests of the job until now. */
  async read(): Promise<number> {
    return total(await this.#stage.samples(), REQUESTS, { job: this.#job });
  }

  /** Waits until there are exactly so many. */
  async reach(count: number): Promise<void> {
    await eventually(() => this.read(), count);
  }
}

/** Waits until exactly so many processes or threads are pushing. */
export async function pushing(stage: Stage, count: number): Promise<void> {
  await eventually(async () => total(await stage.samples(), 'outrider_store_sessions'), count);
}

/** Processes of a job that ended, by reason, as far as there were any. */
export async function exitsOf(stage: Stage, job: string): Promise<Record<string, number>> {
  const samples = select(await stage.samples(), 'app_process_exits_total', { job });
  expect(samples.length).toBeLessThanOrEqual(5);
  return Object.fromEntries(
    samples.filter(({ value }) => value > 0).map(({ labels, value }) => [labels['reason'], value]),
  );
}

/** How many workers of a job are there, by state. */
export async function workerStates(stage: Stage, job: string): Promise<Record<string, number>> {
  const samples = select(await stage.samples(), 'app_workers', { job });
  return Object.fromEntries(samples.map(({ labels, value }) => [labels['state'], value]));
}

/** The values of the label `worker` of a job's requests, in order. */
export async function workersOf(stage: Stage, job: string): Promise<string[]> {
  const samples = select(await stage.samples(), REQUESTS, { job });
  return [...new Set(samples.map(({ labels }) => labels['worker'] ?? ''))].toSorted();
}
