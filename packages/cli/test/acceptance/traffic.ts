import { Agent, request } from 'node:http';
import { sendAndLeave } from '../../../conformance/src/client.ts';

/** What the client saw. */
export interface Seen {
  sent: number;
  /** Requests that the client broke off on purpose. */
  left: number;
  /** Answers that were read to their end, by status. */
  readonly answered: Record<string, number>;
  /** Of those that were to be answered. */
  readonly errors: string[];
  /** Milliseconds of each answer. */
  readonly latencies: number[];
}

/** Nothing seen yet. */
export function nothingSeen(): Seen {
  return { sent: 0, left: 0, answered: {}, errors: [], latencies: [] };
}

const CONCURRENCY = 8;

/** Sends so many requests of the mix to an application, several at once, and adds what it saw to `seen`. */
export async function sendMix(port: number, count: number, seen: Seen): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const end = seen.sent + count;
  const worker = async (): Promise<void> => {
    while (seen.sent < end) await sendOne(port, agent, seen);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  agent.destroy();
}

/** Sends requests that are all to succeed, one every few milliseconds, until the signal says stop. */
export async function sendSteadily(port: number, seen: Seen, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const under: Promise<void>[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    seen.sent += 1;
    under.push(get(port, `/items/${seen.sent}`, agent, seen));
  }, 5);
  signal.addEventListener('abort', () => resolve());
  await promise;
  clearInterval(timer);
  await Promise.all(under);
  agent.destroy();
}

// Of a hundred: 70 answered, 10 unknown, 10 failing, 7 streamed, 2 left before the headers, 1 left in the middle.
async function sendOne(port: number, agent: Agent, seen: Seen): Promise<void> {
  const at = seen.sent % 100;
  seen.sent += 1;
  if (at < 70) await get(port, `/items/${seen.sent}`, agent, seen);
  else if (at < 80) await get(port, `/nowhere/${seen.sent}`, agent, seen);
  else if (at < 90) await get(port, '/fail', agent, seen);
  else if (at < 97) await get(port, '/stream', agent, seen);
  else {
    seen.left += 1;
    if (at < 99) await sendAndLeave(port, '/late', { after: 'request', reset: at === 98 });
    else await sendAndLeave(port, '/endless', { after: 'first-bytes' });
  }
}

async function get(port: number, path: string, agent: Agent, seen: Seen): Promise<void> {
  const begun = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request({ port, host: '127.0.0.1', path, agent }, (response) => {
    response.on('error', reject);
    response.on('end', () => resolve(response.statusCode ?? 0));
    response.resume();
  })
    .on('error', reject)
    .end();
  try {
    const status = await promise;
    seen.answered[status] = (seen.answered[status] ?? 0) + 1;
    seen.latencies.push(performance.now() - begun);
  } catch (error) {
    seen.errors.push(`${path}: ${String(error)}`);
  }
}
