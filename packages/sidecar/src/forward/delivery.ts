import { setTimeout as wait } from 'node:timers/promises';
import { isSame } from '../config/changed-keys.ts';
import type { ForwardBackend } from '../config/forward-backends.ts';
import type { Logger } from '../logger.ts';
import { Backlog } from './backlog.ts';
import { DeliveryCounts } from './delivery-counts.ts';
import type { ForwardDropReason } from './delivery-counts.ts';
import type { WaitingRequest } from './queue.ts';
import { retryDelay, retryTimes } from './retry.ts';
import type { RetryTimes } from './retry.ts';
import { createSender } from './sender.ts';
import type { Sender } from './sender.ts';

/** Options of a {@link Delivery}. */
export interface DeliveryOptions {
  readonly log: Logger;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  readonly retry?: RetryTimes;
  /** Milliseconds after a failure of the spool until it is tried again. */
  readonly spoolPauseMs?: number;
  /** When its spool can be opened: a delivery that ends may still be writing to the folder. */
  readonly spoolIsFree?: Promise<void> | undefined;
  /** Counts that go on, those of a delivery to the same backend before. */
  readonly counts?: DeliveryCounts;
}

// How long the spool may be written to at the end, in milliseconds.
const SAVE_MS = 1_000;

// How often the same trouble is logged at the most, in milliseconds: a backend can take and refuse in turns, for days.
const TELL_MS = 60_000;

/** What is logged when it begins. */
type Trouble = 'retry' | 'refused' | 'partial' | 'full';

/** Delivers to one backend: in order, one request at a time, each until the backend has taken or refused it. */
export class Delivery {
  readonly counts: DeliveryCounts;
  /** Data points that are accepted for it and that it is not given yet: they are being encoded. */
  preparing = 0;
  #backend: ForwardBackend;
  readonly #log: Logger;
  readonly #clock: () => number;
  readonly #retry: RetryTimes;
  readonly #backlog: Backlog;
  #sender: Sender;
  readonly #impatience = new AbortController();
  readonly #giveUp = new AbortController();
  #delivering: Promise<void> | undefined;
  #busy = false;
  #isSending = false;
  #formerSenders: Sender[] = [];
  #ended = false;
  #failures = 0;
  /** The troubles that last, and that were logged. */
  readonly #troubles = new Set<Trouble>();
  readonly #toldAt = new Map<Trouble, number>();
  #spoolToldAt = -Infinity;

  constructor(backend: ForwardBackend, options: DeliveryOptions) {
    const { log, clock, retry = retryTimes, spoolPauseMs, spoolIsFree, counts = new DeliveryCounts() } = options;
    this.counts = counts;
    this.#backend = backend;
    this.#log = log;
    this.#clock = clock;
    this.#retry = retry;
    this.#sender = createSender(backend);
    this.#backlog = new Backlog({
      queueBytes: backend.queueBytes,
      spool: backend.spool,
      ...(spoolPauseMs === undefined ? {} : { spoolPauseMs }),
      spoolIsFree,
      clock,
      onReady: () => this.#start(),
      onDrop: (reason, points) => this.drop(reason, points),
      onRestored: (points) => this.counts.accept('spool', points),
      onSpoolError: (error) => this.#spoolFailed(error),
    });
  }

  get backend(): ForwardBackend {
    return this.#backend;
  }

  /** Whether {@link redirect} can make it deliver there: what waits on disk stays where it is. */
  canBecome({ name, spool }: ForwardBackend): boolean {
    const own = this.#backend.spool;
    if (own === undefined || spool === undefined) return own === spool && name === this.#backend.name;
    return own.folder === spool.folder;
  }

  /** Delivers there from now on, what waits included; a request that is on its way is not disturbed. */
  redirect(backend: ForwardBackend): void {
    if (isSame(backend, this.#backend)) return;
    const { queueBytes, spool } = backend;
    this.#backend = backend;
    this.#backlog.resize({ queueBytes, spool });
    const former = this.#sender;
    this.#sender = createSender(backend);
    // A request that is on its way ends first: to break it off could deliver it twice.
    if (this.#isSending) this.#formerSenders.push(former);
    else former.close();
  }

  /** Data points that wait or are on their way. */
  get points(): number {
    return this.#backlog.points;
  }

  get memoryBytes(): number {
    return this.#backlog.memoryBytes;
  }

  get diskBytes(): number {
    return this.#backlog.diskBytes;
  }

  /** Adds a request behind all others. */
  push(request: WaitingRequest): void {
    if (this.#ended) this.drop('closed', request.points);
    else this.#backlog.push(request);
  }

  /**
   * Ends: tries once more to deliver what waits, for `tryMs` milliseconds at the most and until it fails; the rest goes
   * to the spool, or is dropped.
   */
  async close(tryMs: number): Promise<void> {
    const timer = setTimeout(() => this.#giveUp.abort(), tryMs);
    this.#impatience.abort();
    await this.#delivering;
    clearTimeout(timer);
    this.#ended = true;
    await this.#backlog.close(this.#clock() + SAVE_MS);
    this.#sender.close();
    const dropped = this.counts.dropped.get('closed') ?? 0;
    if (dropped + this.points === 0) return;
    this.#log('warn', 'forwarding ended before all was sent', { ...this.#name, spooled: this.points, dropped });
  }

  #start(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#delivering = this.#deliver();
  }

  async #deliver(): Promise<void> {
    // As in the backlog: nothing comes between the finding that nothing waits and the end.
    for (let request = this.#next(); request !== undefined; request = this.#next()) await this.#attempt(request);
    this.#busy = false;
  }

  #next(): WaitingRequest | undefined {
    return this.#ended || this.#giveUp.signal.aborted ? undefined : this.#backlog.take();
  }

  async #attempt(request: WaitingRequest): Promise<void> {
    this.#isSending = true;
    const outcome = await this.#sender.send(request, this.#giveUp.signal);
    this.#isSending = false;
    for (const sender of this.#formerSenders) sender.close();
    this.#formerSenders = [];
    if (outcome.kind === 'retry') return this.#later(outcome.why, outcome.askedMs);
    this.#failures = 0;
    if (outcome.kind === 'taken') {
      const rejected = Math.min(outcome.rejected, request.points);
      this.counts.sent += request.points - rejected;
      this.drop('rejected_by_backend', rejected);
      this.counts.attempt(rejected === 0 ? 'ok' : 'partial');
      if (rejected === 0) this.#allIsWell();
      else this.#tell('partial', 'the backend rejects data points', { rejected, of: request.points });
    } else {
      this.drop('refused', request.points);
      this.counts.attempt('refused');
      this.#tell('refused', 'the backend refuses data points', { why: outcome.why });
    }
    this.#backlog.done();
  }

  async #later(why: string, askedMs: number | undefined): Promise<void> {
    this.counts.attempt('retried');
    // Before the others again, and with them under the bound of the queue: the oldest can go while it waits.
    this.#backlog.giveBack();
    this.#failures += 1;
    if (this.#impatience.signal.aborted) this.#ended = true;
    if (this.#ended) return;
    this.#tell('retry', 'the backend takes nothing, data points wait', { why });
    const delay = retryDelay(this.#failures, askedMs, this.#retry);
    await wait(delay, undefined, { signal: this.#impatience.signal, ref: false }).catch(() => undefined);
  }

  /** Counts data points that are not delivered. */
  drop(reason: ForwardDropReason, points: number): void {
    this.counts.drop(reason, points);
    if (reason !== 'queue_full') return;
    this.#tell('full', 'the queue of the backend is full, the oldest data points are dropped', {});
  }

  #spoolFailed(error: Error): void {
    this.counts.spoolErrors += 1;
    const now = this.#clock();
    if (now < this.#spoolToldAt + TELL_MS) return;
    this.#spoolToldAt = now;
    this.#log('error', 'the spool cannot be used, memory alone is left', { ...this.#name, error: error.message });
  }

  #allIsWell(): void {
    if (this.#troubles.size > 0) this.#log('info', 'the backend takes data points again', this.#name);
    this.#troubles.clear();
  }

  /** Logs a trouble when it begins, and not again as long as it lasts, nor soon after. */
  #tell(trouble: Trouble, message: string, fields: Readonly<Record<string, string | number>>): void {
    const now = this.#clock();
    if (this.#troubles.has(trouble) || now < (this.#toldAt.get(trouble) ?? -Infinity) + TELL_MS) return;
    this.#troubles.add(trouble);
    this.#toldAt.set(trouble, now);
    this.#log('warn', message, { ...this.#name, ...fields });
  }

  get #name(): { readonly backend: string } {
    return { backend: this.backend.name };
  }
}
