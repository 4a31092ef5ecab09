import { Worker } from 'node:worker_threads';
import { requestHeaders } from './target.ts';
import type { PushTarget } from './target.ts';

/** What {@link pushBlocking} sends, and for how long it may take. */
export interface BlockingPush {
  /** Where to push, best first. */
  readonly targets: readonly PushTarget[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

// As text and not as a file: a bundler would not take a file along. Like Pusher, it tries the next target only where
// nobody answers.
const PROGRAM = `
const { workerData: { requests, body, done } } = require('node:worker_threads');
const settle = () => { Atomics.store(done, 0, 1); Atomics.notify(done, 0); };
const attempt = ([next, ...others]) => {
  if (next === undefined) return settle();
  const { request } = require(next.secure ? 'node:https' : 'node:http');
  request({ ...next.options, agent: false }, (response) => { response.resume(); settle(); })
    .on('error', () => attempt(others))
    .end(body);
};
attempt(requests);
`;

/**
 * Pushes and holds up this thread until there is an answer: for the `exit` of a process or thread, when its event loop
 * has stopped for good. Another thread does it, which takes some 40 ms to start. Never throws.
 */
export function pushBlocking({ targets, headers, body, timeoutMs }: BlockingPush): void {
  const done = new Int32Array(new SharedArrayBuffer(4));
  const requests = targets.map((target) => ({
    secure: target.secure,
    options: { ...target.address, path: target.path, method: 'POST', headers: requestHeaders(target, headers) },
  }));
  try {
    // Nothing that the application has loaded into each of its threads, and nothing on its standard streams.
    const bare = { execArgv: [], env: { ...process.env, NODE_OPTIONS: '' }, stdout: true, stderr: true };
    new Worker(PROGRAM, { ...bare, eval: true, workerData: { requests, body, done } }).unref();
    Atomics.wait(done, 0, 0, timeoutMs);
  } catch {
    // Threads may be forbidden, by the permission model for one.
  }
}
