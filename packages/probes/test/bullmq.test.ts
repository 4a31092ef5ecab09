import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Observer } from '@outrider/core';
import type { QueueStats, Reader } from '@outrider/core';
import { startRedis } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { FlowProducer, Queue, RedisConnection, Worker, createIORedisClient } from 'bullmq';
import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { read, readMetric } from '../../conformance/src/readings.ts';
import { bullmqQueue, bullmqReader } from '../src/bullmq.ts';

const TIMING = { intervalMs: 20, timeoutMs: 200 };
const MINUTE = 60_000;
// Redis, its clients and other tests share the processors.
const PATIENCE = { timeout: 10_000 };

let redis: TestServer;
let names = 0;
const open: Array<{ close(): Promise<void> }> = [];

function connection(): { host: string; port: number } {
  return { host: '127.0.0.1', port: redis.port };
}

function newQueue(): Queue {
  const queue = new Queue(`queue-${names++}`, { connection: connection() });
  // A connection that is lost is told here; the tests look at what the reader makes of it.
  queue.on('error', () => {});
  open.push(queue);
  return queue;
}

function newWorker(queue: Queue, process: () => Promise<void>): Worker {
  const worker = new Worker(queue.name, process, { connection: connection() });
  worker.on('error', () => {});
  open.push(worker);
  return worker;
}

/** What a poll that begins now finds. */
async function ask(queue: Queue): Promise<QueueStats | undefined> {
  const reader = bullmqReader({ ...TIMING, intervalMs: MINUTE });
  reader.attach?.(queue);
  await expect.poll(() => reader.read(queue), PATIENCE).toHaveProperty('waiting');
  return reader.read(queue);
}

function attached(queue: object): Reader<QueueStats> {
  const reader = bullmqReader(TIMING);
  reader.attach?.(queue);
  return reader;
}

beforeAll(async () => {
  // It would load ioredis from where it is installed itself, which need not be where this package has it.
  RedisConnection.clientFactory = (options) =>
    createIORedisClient(new Redis(options as Omit<RedisOptions, 'replyMapping'>));
  redis = await startRedis();
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

afterAll(async () => {
  await redis?.stop();
});

describe('a queue of BullMQ', () => {
  it('is recognised; a worker and a flow producer are not', () => {
    const queue = newQueue();
    const producer = new FlowProducer({ connection: connection() });
    producer.on('error', () => {});
    open.push(producer);
    expect(bullmqQueue.matches(queue)).toBe(true);
    expect(bullmqQueue.matches(newWorker(queue, async () => {}))).toBe(false);
    expect(bullmqQueue.matches(producer)).toBe(false);
  });

  it('has no figures before the first answer, and zeros once nothing is what there is', async () => {
    const queue = newQueue();
    const reader = attached(queue);
    expect(reader.read(queue)).toEqual({});
    await expect.poll(() => reader.read(queue), PATIENCE).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });

  it('shows jobs by state', async () => {
    const queue = newQueue();
    const { promise, resolve } = Promise.withResolvers<void>();
    let calls = 0;
    const worker = newWorker(queue, async () => {
      if (calls++ === 0) throw new Error('planned');
      await promise;
    });
    const failed = once(worker, 'failed');
    await queue.add('failing', {});
    await failed;
    const active = once(worker, 'active');
    await queue.add('hanging', {});
    await active;
    // Paused, it works on what it has and takes no more.
    await worker.pause(true);
    await queue.add('later', {}, { delay: MINUTE });
    await queue.addBulk(Array.from({ length: 3 }, () => ({ name: 'waiting', data: {} })));
    await queue.add('preferred', {}, { priority: 1 });
    const stats = await ask(queue);
    expect(stats).toMatchObject({ waiting: 4, active: 1, delayed: 1, failed: 1 });
    expect(stats?.concurrency).toBeUndefined();
    resolve();
  });

  it('counts what waits in a paused queue', async () => {
    const queue = newQueue();
    await queue.pause();
    await queue.add('one', {});
    expect(await ask(queue)).toMatchObject({ waiting: 1 });
  });

  it('tells the concurrency that is set for all workers', async () => {
    const queue = newQueue();
    await queue.setGlobalConcurrency(7);
    expect(await ask(queue)).toMatchObject({ concurrency: 7 });
  });

  it('notices what changes', async () => {
    const queue = newQueue();
    const reader = attached(queue);
    await queue.add('one', {});
    await expect.poll(() => reader.read(queue)?.waiting, PATIENCE).toBe(1);
    await queue.add('two', {});
    await expect.poll(() => reader.read(queue)?.waiting, PATIENCE).toBe(2);
  });
});

describe('the job at the head', () => {
  it('has waited since it was added', async () => {
    const queue = newQueue();
    await queue.add('first', {}, { timestamp: Date.now() - 10 * MINUTE });
    await queue.add('second', {}, { timestamp: Date.now() - 20 * MINUTE });
    const age = (await ask(queue))?.oldestAge;
    expect(age).toBeGreaterThanOrEqual(600);
    expect(age).toBeLessThan(660);
  });

  it('may be one with a priority', async () => {
    const queue = newQueue();
    await queue.add('second', {}, { priority: 2, timestamp: Date.now() - 20 * MINUTE });
    await queue.add('first', {}, { priority: 1, timestamp: Date.now() - 10 * MINUTE });
    const age = (await ask(queue))?.oldestAge;
    expect(age).toBeGreaterThanOrEqual(600);
    expect(age).toBeLessThan(660);
  });

  it('has waited since it was due, where it was delayed', async () => {
    const queue = newQueue();
    const timestamp = Date.now() - 60 * MINUTE;
    const due = await queue.add('due', {}, { timestamp, delay: 50 * MINUTE });
    await due.promote();
    const age = (await ask(queue))?.oldestAge;
    expect(age).toBeGreaterThanOrEqual(600);
    expect(age).toBeLessThan(660);
  });

  it('has no age where it is not known since when it waits', async () => {
    const promoted = newQueue();
    const early = await promoted.add('early', {}, { delay: MINUTE });
    await early.promote();
    expect(await ask(promoted)).toMatchObject({ waiting: 1, oldestAge: undefined });

    const retried = newQueue();
    const worker = newWorker(retried, () => Promise.reject(new Error('planned')));
    const failed = once(worker, 'failed');
    const job = await retried.add('again', {});
    await failed;
    await worker.close();
    await job.retry();
    expect(await ask(retried)).toMatchObject({ waiting: 1, oldestAge: undefined });
  });
});

describe('the poll', () => {
  it('asks one question at a time, and has no figures while Redis hangs', async () => {
    const queue = newQueue();
    await queue.waitUntilReady();
    let [asked, answered] = [0, 0];
    const { getJobCounts } = queue;
    queue.getJobCounts = async (...states) => {
      asked++;
      const counts = await getJobCounts.apply(queue, states);
      answered++;
      return counts;
    };
    const reader = attached(queue);
    await expect.poll(() => reader.read(queue), PATIENCE).toHaveProperty('waiting', 0);
    process.kill(redis.pid, 'SIGSTOP');
    try {
      await expect.poll(() => failsToRead(reader, queue), PATIENCE).toBe(true);
      // It took ten intervals to give up on the question, and none of them asked another.
      expect(asked).toBeLessThanOrEqual(answered + 1);
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
    await expect.poll(() => failsToRead(reader, queue), PATIENCE).toBe(false);
    expect(reader.read(queue)).toHaveProperty('waiting', 0);
  });

  it('ends with the queue, as do its series', async () => {
    const queue = newQueue();
    const reader = attached(queue);
    reader.attach?.(queue);
    await expect.poll(() => reader.read(queue), PATIENCE).toHaveProperty('waiting', 0);
    const closing = queue.close();
    expect(reader.read(queue)).toBeUndefined();
    await closing;
    expect(reader.read(queue)).toBeUndefined();
  });

  it('keeps neither a queue nor the process alive', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    let asked = 0;
    // A queue of the library's is held by its connection; what is looked at here is who else holds it.
    const standIn = (): object => ({ getJobCounts: async () => ({ waiting: asked++ }) });
    const reference = (() => {
      const queue = standIn();
      attached(queue);
      return new WeakRef(queue);
    })();
    const gone = (): boolean => {
      collectGarbage();
      return reference.deref() === undefined;
    };
    await expect.poll(gone, PATIENCE).toBe(true);
    expect(asked).toBeGreaterThan(0);

    const source = new URL('../src/bullmq.ts', import.meta.url).href;
    const program = `import { bullmqQueue } from '${source}';
      globalThis.queue = { getJobCounts: () => new Promise(() => {}) };
      bullmqQueue.attach(globalThis.queue);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: 'ignore',
      timeout: 15_000,
      killSignal: 'SIGKILL',
    });
    await expect(once(child, 'exit')).resolves.toEqual([0, null]);
  });
});

it('counts errors and invents no zeros once Redis is stopped', async () => {
  const observer = new Observer({ environment: {}, push: false, runtime: false });
  observer.addReaders({ queues: [bullmqReader(TIMING)] });
  const queue = newQueue();
  let [polls, held] = [0, false];
  const { getBackend } = queue;
  queue.getBackend = () => {
    polls++;
    if (held) throw new Error('held back');
    return getBackend.call(queue);
  };
  await queue.add('one', { secret: 'planted-secret' });
  observer.queue(queue, { name: 'invoices' });
  const depth = (): unknown[] => readMetric(observer, 'queue.depth').map(({ value }) => value);
  const errors = (): number | undefined =>
    readMetric(observer, 'outrider.probe.errors', { probe: 'queue:invoices' })[0]?.value;
  await expect.poll(depth, PATIENCE).toEqual([1, 0, 0, 0]);
  expect(JSON.stringify(read(observer))).not.toContain('planted-secret');

  // A question that is under way when Redis ends waits for it to be back, so none is to be.
  held = true;
  await expect.poll(depth, PATIENCE).toEqual([]);
  await redis.stop();
  const client = await getBackend.call(queue).client;
  await expect.poll(() => client.status, PATIENCE).not.toBe('ready');
  held = false;
  const [pollsBefore, errorsBefore] = [polls, errors()!];
  await expect.poll(() => polls, PATIENCE).toBeGreaterThan(pollsBefore + 1);
  expect(depth()).toEqual([]);
  expect(readMetric(observer, 'queue.oldest_age')).toEqual([]);
  expect(errors()).toBeGreaterThan(errorsBefore);
  // None of these polls left a question open that the queue would wait for.
  await expect(within(queue.close())).resolves.toBe('in time');
});

it('does not hold up a queue that never reached Redis', async () => {
  await redis.stop();
  const queue = newQueue();
  const reader = attached(queue);
  await expect.poll(() => failsToRead(reader, queue), PATIENCE).toBe(true);
  await expect(within(queue.close())).resolves.toBe('in time');
});

async function within(closed: Promise<void>): Promise<string> {
  const late = setTimeout(5000, 'late', { ref: false });
  return Promise.race([closed.then(() => 'in time'), late]);
}

function failsToRead(reader: Reader<QueueStats>, queue: object): boolean {
  try {
    reader.read(queue);
    return false;
  } catch {
    return true;
  }
}
