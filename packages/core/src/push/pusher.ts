import { context, createContextKey } from '@opentelemetry/api';
import { Agent } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { AttributeSet } from '../attributes.ts';
import { metricDefinition } from '../catalogue.ts';
import type { MetricSource, MetricVisitor } from '../metric-source.ts';
import type { PushTarget } from './target.ts';

const PUSHES = metricDefinition('outrider.pushes');

/** What can become of a push: stored; answered with an error; nobody there; no answer in time. */
export const PUSH_RESULTS = ['ok', 'refused', 'failed', 'late'] as const;

/** What became of a push. */
export type PushResult = (typeof PUSH_RESULTS)[number];

const RESULT_ATTRIBUTES = PUSH_RESULTS.map((result) => new AttributeSet({ result }));

/** A reply is read no further than this: it can only say ok or not. */
const MAX_REPLY = 64 * 1024;

// The key by which OpenTelemetry's instrumentations know that a request is not the application's: a push every few
// seconds would be a trace of its own.
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Settings of a {@link Pusher}. */
export interface PusherOptions {
  /** Where to push, best first; asked at every push. */
  readonly targets: () => readonly PushTarget[];
  readonly headers: Readonly<Record<string, string>>;
  /** Encodes the body; called only once somebody is there to take it. */
  readonly encode: (last: boolean) => string;
  readonly intervalMs: number;
  /** How long a push may take before it is given up. */
  readonly timeoutMs: number;
  /** How long the last push may take: a process waits for it to end. */
  readonly lastTimeoutMs: number;
}

/**
 * Pushes on a timer. Nobody listening costs one refused connection an interval and no encoding; a receiver that hangs
 * costs one open socket until the time-out. Nothing is queued: the totals are cumulative, so the next push says it all.
 */
export class Pusher implements MetricSource {
  readonly #options: PusherOptions;
  readonly #agents = { http: new Agent(AGENT), https: new HttpsAgent(AGENT) };
  readonly #results = new Float64Array(PUSH_RESULTS.length);
  #timer: NodeJS.Timeout | undefined;
  // One push after the other: the end of the last one that was asked for.
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #stopped = false;
  // A push of the timer must not keep a process from ending, unless somebody waits for a push behind it.
  #holders = 0;
  #handles: Array<{ ref(): unknown; unref(): unknown }> = [];

  constructor(options: PusherOptions) {
    this.#options = options;
  }

  /** Starts the timer; it does not keep the process alive. The first push comes after a second at the most. */
  start(): void {
    if (this.#timer !== undefined) return;
    const { intervalMs } = this.#options;
    const tick = (): void => {
      this.#timer = setTimeout(tick, intervalMs).unref();
      if (this.#waiting === 0) void this.#next(false);
    };
    this.#timer = setTimeout(tick, Math.min(1000, intervalMs)).unref();
  }

  /** Stops pushing for good, without a last push. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  /** Pushes now, after the push that is under way if there is one; the process waits for it. Never rejects. */
  async push(last = false): Promise<PushResult> {
    this.#holders++;
    for (const handle of this.#handles) handle.ref();
    const result = await this.#next(last);
    this.#holders--;
    return result;
  }

  /** Pushes once more, and stops. */
  async shutdown(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#stopped) await this.push(true);
    this.stop();
  }

  async #next(last: boolean): Promise<PushResult> {
    this.#waiting++;
    const attempt = this.#tail.then(() => this.#attempt(last));
    this.#tail = attempt;
    const result = await attempt;
    this.#waiting--;
    this.#handles = [];
    const at = PUSH_RESULTS.indexOf(result);
    this.#results[at] = this.#results[at]! + 1;
    return result;
  }

  // What a push waits for: a timer or a socket.
  #handle(handle: { ref(): unknown; unref(): unknown }): void {
    this.#handles.push(handle);
    if (this.#holders > 0) handle.ref();
    else handle.unref();
  }

  collect(visitor: MetricVisitor): void {
    visitor.metric(PUSHES);
    for (const [at, attributes] of RESULT_ATTRIBUTES.entries()) visitor.number(attributes, this.#results[at]!);
  }

  async #attempt(last: boolean): Promise<PushResult> {
    let result: PushResult = 'failed';
    for (const target of this.#options.targets()) {
      result = await this.#send(target, last);
      // Only where nobody answers is the next target tried: what was refused or is late may have been stored.
      if (result !== 'failed') return result;
    }
    return result;
  }

  #send(target: PushTarget, last: boolean): Promise<PushResult> {
    const { timeoutMs, lastTimeoutMs, headers, encode } = this.#options;
    return new Promise((resolve) => {
      let request: ClientRequest;
      const deadline = setTimeout(
        () => {
          resolve('late');
          request.destroy();
        },
        last ? lastTimeoutMs : timeoutMs,
      );
      this.#handle(deadline);
      const settle = (result: PushResult): void => {
        clearTimeout(deadline);
        resolve(result);
      };
      try {
        request = context.with(context.active().setValue(SUPPRESS_TRACING, true), () =>
          target.open({
            method: 'POST',
            agent: target.secure ? this.#agents.https : this.#agents.http,
            headers: { ...headers, 'content-type': 'application/json' },
          }),
        );
      } catch {
        settle('failed');
        return;
      }
      request.on('error', () => settle('failed'));
      request.on('response', (response) => {
        drain(response);
        const { statusCode = 0 } = response;
        settle(statusCode >= 200 && statusCode < 300 ? 'ok' : 'refused');
      });
      request.on('socket', (socket) => {
        this.#handle(socket);
        if (socket.connecting) socket.once('connect', () => request.end(encode(last)));
        else request.end(encode(last));
      });
    });
  }
}

const AGENT = { keepAlive: true, maxSockets: 1, keepAliveMsecs: 30_000 };

// The reply has to be read to its end for the connection to be used again, but not for longer than it makes sense.
function drain(response: IncomingMessage): void {
  let read = 0;
  response.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > MAX_REPLY) response.destroy();
  });
  response.on('error', () => undefined);
}
