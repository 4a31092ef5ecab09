import { context, createContextKey } from '@opentelemetry/api';
import { AttributeSet } from '../attributes.ts';
import { metricDefinition } from '../catalogue.ts';
import type { MetricSource, MetricVisitor } from '../metric-source.ts';
import { warnOnce } from '../warn.ts';
import { pushBlocking } from './blocking-push.ts';
import { Connection } from './connection.ts';
import type { PushTarget } from './target.ts';

const PUSHES = metricDefinition('outrider.pushes');

/** What can become of a push: stored; answered with an error; nobody there; no answer in time. */
const PUSH_RESULTS = ['ok', 'refused', 'failed', 'late'] as const;

/** What became of a push. */
export type PushResult = (typeof PUSH_RESULTS)[number];

const RESULT_ATTRIBUTES = PUSH_RESULTS.map((result) => new AttributeSet({ result }));

// The key by which OpenTelemetry's instrumentations know that a connection is not the application's: a push every few
// seconds would be a trace of its own.
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** What to do about an answer that will be the same every time. */
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [401, 'it asks who is calling. Set OTEL_EXPORTER_OTLP_HEADERS, for a token to authorization=Bearer%20<token>'],
  [
    403,
    'an Outrider sidecar does so where it is called by a name that is not its own. Call it by another, ' +
      'or list the name in its setting allowedHosts',
  ],
  [
    413,
    'they are too much for one request. An Outrider sidecar takes more with higher limits, such as limits.bodyBytes',
  ],
]);

/** What an encoding is for. */
export interface Push {
  /** Whether it is the last one of this process. */
  readonly last: boolean;
  /** Whether the receiver is known to be an Outrider sidecar. */
  readonly sidecar: boolean;
}

/** Something that keeps the process alive, or does not. */
interface Handle {
  ref(): unknown;
  unref(): unknown;
}

/** Settings of a {@link Pusher}. */
export interface PusherOptions {
  /** Where to push, best first; asked at every push. */
  readonly targets: () => readonly PushTarget[];
  readonly headers: Readonly<Record<string, string>>;
  /** Encodes the body, piece by piece; called only once somebody is there to take it. */
  readonly encode: (push: Push) => Iterable<string>;
  readonly intervalMs: number;
  /** How long a push may take before it is given up. */
  readonly timeoutMs: number;
  /** How long the last push may take: a process waits for it to end. */
  readonly lastTimeoutMs: number;
}

/**
 * Pushes on a timer. Nobody listening costs one refused connection an interval and no encoding; a receiver that hangs
 * costs one open socket, or two while it is replaced. Nothing is queued: the totals are cumulative, so the next push says it all.
 */
export class Pusher implements MetricSource {
  readonly #options: PusherOptions;
  #connection: Connection | undefined;
  /** The one before, until a push has gone over the present one. */
  #former: Connection | undefined;
  /** Names of the targets that answered as an Outrider sidecar does. */
  readonly #sidecars = new Set<string>();
  readonly #results = new Float64Array(PUSH_RESULTS.length);
  #timer: NodeJS.Timeout | undefined;
  // One push after the other: the end of the last one that was asked for.
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #stopped = false;
  #lastResult: PushResult | undefined;
  // The one that is under way.
  #current = { over: true };
  // A push of the timer must not keep a process from ending, unless somebody waits for a push behind it.
  #holders = 0;
  #handles: Handle[] = [];

  constructor(options: PusherOptions) {
    this.#options = options;
  }

  /** Starts the timer; it does not keep the process alive. The first push comes after a second at the most. */
  start(): void {
    if (this.#timer !== undefined) return;
    const { intervalMs } = this.#options;
    const tick = (): void => {
      this.#timer = setTimeout(tick, intervalMs).unref();
      this.#pushInTurn();
    };
    this.#timer = setTimeout(tick, Math.min(1000, intervalMs)).unref();
  }

  /**
   * Pushes now, out of turn, unless a push is under way; the process does not wait for it. Not where no sidecar has ever
   * answered: others could make nothing of it.
   */
  pushSoon(): void {
    if (this.#lastResult === undefined || this.#sidecars.size > 0) this.#pushInTurn();
  }

  #pushInTurn(): void {
    if (this.#waiting === 0 && !this.#stopped) void this.#next(false);
  }

  /** Stops pushing for good, without a last push. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#connection?.close();
    this.#former?.close();
  }

  /** Stops pushing for good. Whoever has got a push is told by a last one: the process is not gone without a word. */
  leave(): void {
    const isHeardOf = this.#waiting > 0 || this.#lastResult === 'ok' || this.#lastResult === 'late';
    if (isHeardOf && !this.#stopped) void this.shutdown();
    else this.stop();
  }

  /**
   * Pushes now, after the push that is under way if there is one; the process waits for it. Never rejects; undefined once
   * it was stopped.
   */
  async push(last = false): Promise<PushResult | undefined> {
    if (this.#stopped) return undefined;
    this.#holders++;
    for (const handle of this.#handles) handle.ref();
    const result = await this.#next(last);
    this.#holders--;
    return result;
  }

  /** Pushes once more, and stops. A push that is under way is given up: the last one says all that it would have. */
  async shutdown(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#giveUp();
    await this.push(true);
    this.stop();
  }

  /** False if the last push was refused, or found nobody. */
  get reachesSomebody(): boolean {
    return this.#lastResult !== 'failed' && this.#lastResult !== 'refused';
  }

  #giveUp(): void {
    if (this.#current.over) return;
    this.#current.over = true;
    this.#connection?.close();
  }

  /**
   * Pushes once more and stops, holding up the thread meanwhile: for its `exit`. Not where the last push was refused or
   * found nobody; that much is not worth the wait. Never throws.
   */
  shutdownBlocking(): void {
    if (this.#stopped || !this.reachesSomebody) return;
    this.#stopped = true;
    const { headers, encode, lastTimeoutMs } = this.#options;
    try {
      const targets = this.#options.targets();
      const sidecar = targets.every(({ name }) => this.#sidecars.has(name));
      const body = [...encode({ last: true, sidecar })].join('');
      pushBlocking({ targets, headers, body, timeoutMs: lastTimeoutMs });
    } catch {
      // A process that ends must not fail for want of a number.
    }
  }

  async #next(last: boolean): Promise<PushResult> {
    this.#waiting++;
    const attempt = this.#tail.then(() => this.#attempt(last));
    this.#tail = attempt;
    const result = await attempt;
    this.#waiting--;
    // The connection stays, and must not keep the process.
    for (const handle of this.#handles) handle.unref();
    this.#handles = [];
    this.#lastResult = result;
    const at = PUSH_RESULTS.indexOf(result);
    this.#results[at] = this.#results[at]! + 1;
    return result;
  }

  // What a push waits for: a timer, a socket, or a turn of the event loop.
  #handle(handle: Handle): void {
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
    // Given up: what still goes on must not connect again.
    const attempt = { over: false };
    this.#current = attempt;
    for (const target of this.#options.targets()) {
      result = await this.#send(target, last, attempt);
      // Only where nobody answers is the next target tried: what was refused or is late may have been stored.
      if (result !== 'failed' || attempt.over) break;
    }
    attempt.over = true;
    return result;
  }

  async #send(target: PushTarget, last: boolean, attempt: { over: boolean }): Promise<PushResult> {
    const { timeoutMs, lastTimeoutMs } = this.#options;
    let deadline: NodeJS.Timeout | undefined;
    const late = new Promise<PushResult>((resolve) => {
      deadline = setTimeout(() => resolve('late'), last ? lastTimeoutMs : timeoutMs);
      this.#handle(deadline);
    });
    const result = await Promise.race([late, this.#exchange(target, last, attempt)]);
    clearTimeout(deadline);
    // The connections stay until a push has gone over another: to a sidecar, one that closes is a process that has ended.
    if (result === 'late') attempt.over = true;
    else this.#former?.close();
    return result;
  }

  async #exchange(target: PushTarget, last: boolean, attempt: { readonly over: boolean }): Promise<PushResult> {
    const known = this.#connection;
    if (known?.idle === true && known.target.name === target.name) {
      const result = await this.#post(known, last);
      // The receiver may have closed a connection that was kept; it has not got the request then.
      if (result !== 'failed' || attempt.over) return result;
    }
    this.#replace(known);
    try {
      const connection = context.with(context.active().setValue(SUPPRESS_TRACING, true), () => new Connection(target));
      this.#connection = connection;
      this.#handle(connection.socket);
      await connection.connected();
      // Too late: the next push finds it ready.
      if (attempt.over) return 'late';
      return await this.#post(connection, last);
    } catch {
      return 'failed';
    }
  }

  // One that never got through (a firewall drops, a handshake hangs) says nothing by its end: the former stays in its place.
  #replace(connection: Connection | undefined): void {
    const isOpen = connection?.used === true && !connection.socket.destroyed;
    const goes = isOpen ? this.#former : connection;
    goes?.close();
    if (isOpen) this.#former = connection;
  }

  async #post(connection: Connection, last: boolean): Promise<PushResult> {
    const { target, socket } = connection;
    this.#handle(socket);
    const sidecar = this.#sidecars.has(target.name);
    const body = this.#options.encode({ last, sidecar });
    try {
      const reply = await connection.post(this.#options.headers, body, () => this.#nextTurn());
      if (reply.sidecar) this.#sidecars.add(target.name);
      const advice = REFUSALS.get(reply.status);
      if (advice !== undefined) warnOnce(`${target.name} refuses metrics with ${reply.status}: ${advice}`);
      return reply.status >= 200 && reply.status < 300 ? 'ok' : 'refused';
    } catch {
      return 'failed';
    }
  }

  #nextTurn(): Promise<void> {
    return new Promise((resolve) => this.#handle(setImmediate(resolve)));
  }
}
