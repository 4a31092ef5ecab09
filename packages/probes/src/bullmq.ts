import type { QueueStats, Reader } from '@outrider/core';
import { hasFunctions } from './shape.ts';

const INTERVAL_MS = 15_000;
const TIMEOUT_MS = 5000;

interface Job {
  /** When it was added, in milliseconds since the epoch. */
  readonly timestamp: number;
  readonly attemptsMade: number;
  readonly attemptsStarted?: number;
  readonly opts?: { readonly delay?: number };
}

type State = 'waiting' | 'prioritized' | 'active' | 'delayed' | 'failed';

interface Client {
  /** In the words of ioredis, whatever the client is. */
  readonly status: string;
  readonly isCluster?: boolean;
}

interface Queue {
  /** Set once `close()` has been called. */
  readonly closing?: Promise<void> | undefined;
  /** Before BullMQ 6; the client is there once it has connected for the first time. */
  readonly client?: Promise<Client>;
  getBackend?(): { readonly client?: Promise<Client> };
  getJobCounts(...states: readonly State[]): Promise<Readonly<Record<string, number>>>;
  getWaiting(start: number, end: number): Promise<ReadonlyArray<Job | undefined>>;
  getPrioritized?(start: number, end: number): Promise<ReadonlyArray<Job | undefined>>;
  getGlobalConcurrency?(): Promise<number | null>;
}

/** How often Redis is asked, and for how long an answer is waited for, in milliseconds. */
interface Timing {
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
}

/** What Redis answered last. */
class Poll {
  stats: QueueStats = {};
  failed = false;
  #asking = false;
  readonly #target: WeakRef<Queue>;
  readonly #timer: NodeJS.Timeout;
  readonly #timeoutMs: number;

  constructor(queue: Queue, { intervalMs = INTERVAL_MS, timeoutMs = TIMEOUT_MS }: Timing) {
    this.#target = new WeakRef(queue);
    this.#timeoutMs = timeoutMs;
    this.#timer = setInterval(() => void this.#poll(), intervalMs).unref();
    void this.#poll();
  }

  async #poll(): Promise<void> {
    const queue = this.#target.deref();
    if (queue === undefined || queue.closing !== undefined) {
      clearInterval(this.#timer);
      return;
    }
    // One that does not answer is not asked again: the client keeps what it was asked.
    if (this.#asking) return;
    this.#asking = true;
    // Such a question may stay open for long, and old figures would look like those of now.
    const late = setTimeout(() => {
      this.failed = true;
    }, this.#timeoutMs).unref();
    try {
      this.stats = await ask(queue);
      this.failed = false;
    } catch {
      this.failed = true;
    } finally {
      clearTimeout(late);
      this.#asking = false;
    }
  }
}

// What a client is asked while it has no connection, it keeps for later, and a queue that is closed then waits for that:
// without a connection nothing is asked.
async function checkConnection(queue: Queue): Promise<void> {
  const client = await (queue.getBackend?.().client ?? queue.client);
  if (client === undefined || client.status === 'ready') return;
  // A cluster of ioredis is not checked before it is used.
  if (client.status !== 'connect' || client.isCluster !== true) throw new Error('Redis is not connected');
}

async function ask(queue: Queue): Promise<QueueStats> {
  await checkConnection(queue);
  const [counts, concurrency] = await Promise.all([
    queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed'),
    queue.getGlobalConcurrency?.(),
  ]);
  const { waiting = 0, prioritized = 0, paused = 0, active, delayed, failed } = counts;
  return {
    // Before BullMQ 6 the waiting jobs of a paused queue are in a list of their own, which comes along.
    waiting: waiting + prioritized + paused,
    active,
    delayed,
    failed,
    concurrency: concurrency ?? undefined,
    oldestAge: waiting + prioritized > 0 ? ageOf(await headOf(queue, waiting > 0)) : undefined,
  };
}

// Workers take jobs without a priority first.
async function headOf(queue: Queue, plain: boolean): Promise<Job | undefined> {
  const head = plain ? await queue.getWaiting(0, 0) : await queue.getPrioritized?.(0, 0);
  return head?.[0];
}

// How long a job has waited for its turn, in seconds: since it was added, or since it was due if it was added for later.
function ageOf(job: Job | undefined): number | undefined {
  // When one that was tried before came back is not kept.
  if (job === undefined || job.attemptsMade > 0 || (job.attemptsStarted ?? 0) > 0) return undefined;
  const age = (Date.now() - job.timestamp - (job.opts?.delay ?? 0)) / 1000;
  // It was promoted before it was due, or another host's clock added it: since when it waits is not known.
  return age < 0 ? undefined : age;
}

function isQueue(target: object): boolean {
  return (
    typeof (target as { qualifiedName?: unknown }).qualifiedName === 'string' &&
    hasFunctions(target, ['add', 'addBulk', 'pause', 'getJobCounts', 'getWaiting', 'close'])
  );
}

/**
 * A reader of BullMQ queues that asks at other times than {@link bullmqQueue}.
 *
 * @param timing how often to ask Redis (`intervalMs`, 15,000), and how long an answer may take until there are no figures
 * (`timeoutMs`, 5,000)
 */
export function bullmqReader(timing: Timing = {}): Reader<QueueStats> {
  const polls = new WeakMap<object, Poll>();
  return {
    library: 'bullmq',
    matches: isQueue,
    // The counts are in Redis, and a reading cannot wait for it: they are those of the last poll.
    attach(target: object): void {
      if (!polls.has(target)) polls.set(target, new Poll(target as Queue, timing));
    },
    read(target: object): QueueStats | undefined {
      if ((target as Queue).closing !== undefined) return undefined;
      const poll = polls.get(target);
      if (poll?.failed === true) throw new Error('Redis did not tell the counts of the queue');
      return poll?.stats ?? {};
    },
  };
}

/**
 * Reads a `Queue` of `bullmq`, as all processes that share it see it: jobs that wait (with a priority or without, paused
 * or not), are being worked on, are delayed, or failed and are kept; its global concurrency; and the age of the job at the
 * head. Redis is asked every 15 seconds, until the queue is closed. No figures until its first answer, nor while it does
 * not answer, which is counted as errors.
 *
 * Absent: jobs that wait for their children, whose turn it is not; totals of completed and failed jobs, which BullMQ keeps
 * only for workers with the option `metrics`.
 *
 * @example
 * const queue = new Queue('invoices', { connection: { host: '127.0.0.1' } });
 * getObserver().queue(queue, { name: 'invoices' });
 */
export const bullmqQueue: Reader<QueueStats> = bullmqReader();
