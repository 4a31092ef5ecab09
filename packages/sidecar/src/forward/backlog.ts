import { setTimeout as wait } from 'node:timers/promises';
import type { ForwardDropReason } from './delivery-counts.ts';
import { DiskWork } from './disk-work.ts';
import type { DiskStep } from './disk-work.ts';
import { memoryCost, RequestQueue } from './queue.ts';
import type { WaitingRequest } from './queue.ts';
import { Spool } from './spool.ts';
import type { SpoolEntry } from './spool.ts';

/** Options of a {@link Backlog}. */
export interface BacklogOptions {
  /** The most memory it takes, in bytes. */
  readonly queueBytes: number;
  /** Where requests go that do not fit into memory. */
  readonly spool?: { readonly folder: string; readonly bytes: number } | undefined;
  /** Milliseconds after a failure of the spool until it is tried again. @default 60000 */
  readonly spoolPauseMs?: number;
  /** Milliseconds until a spool that does not answer is worked without. @default 5000 */
  readonly spoolDeadlineMs?: number;
  /** When the spool can be opened: an earlier backlog may still be writing to it. */
  readonly spoolIsFree?: Promise<void> | undefined;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Called when there is something to take. */
  readonly onReady: () => void;
  readonly onDrop: (reason: ForwardDropReason, points: number) => void;
  /** Called with the data points that an earlier run left in the spool. */
  readonly onRestored: (points: number) => void;
  readonly onSpoolError: (error: Error) => void;
}

const SPOOL_PAUSE_MS = 60_000;
const SPOOL_DEADLINE_MS = 5_000;

/**
 * What waits for one backend, in order: the oldest in memory, then those on disk, then in memory those that are on their
 * way to the disk. When there is no room the oldest goes: OTLP clients mostly refuse the newest, but of cumulative data
 * the newest says the most, and the oldest is the least missed.
 */
export class Backlog {
  #options: BacklogOptions;
  readonly #ready = new RequestQueue();
  readonly #tail = new RequestQueue();
  #taken: WaitingRequest | undefined;
  #moving: WaitingRequest | undefined;
  #spool: Spool | undefined;
  #spoolRestsUntil = -Infinity;
  readonly #work: DiskWork;
  #closed = false;

  constructor(options: BacklogOptions) {
    this.#options = options;
    this.#work = new DiskWork({
      next: () => this.#nextStep(),
      deadlineMs: options.spoolDeadlineMs ?? SPOOL_DEADLINE_MS,
      onHang: () => {
        options.onSpoolError(new Error('its disk does not answer'));
        this.#moveUp();
      },
    });
    this.#work.start();
  }

  /** Data points that wait, the request that was taken included. */
  get points(): number {
    const held = (this.#taken?.points ?? 0) + (this.#moving?.points ?? 0);
    return this.#ready.points + this.#tail.points + (this.#spool?.points ?? 0) + held;
  }

  /** Bytes of memory. */
  get memoryBytes(): number {
    const cost = (request: WaitingRequest | undefined) => (request === undefined ? 0 : memoryCost(request));
    return this.#ready.bytes + this.#tail.bytes + cost(this.#taken) + cost(this.#moving);
  }

  /** Bytes of disk. */
  get diskBytes(): number {
    return this.#spool?.bytes ?? 0;
  }

  /** Takes so much memory and disk at the most from now on; the folder stays the same. */
  resize(sizes: Pick<BacklogOptions, 'queueBytes' | 'spool'>): void {
    this.#options = { ...this.#options, ...sizes };
    if (this.#spool !== undefined && sizes.spool !== undefined) this.#spool.limit = sizes.spool.bytes;
  }

  /** Adds the newest request. */
  push(request: WaitingRequest): void {
    // All others would go, and then it, too.
    if (memoryCost(request) > this.#options.queueBytes) return this.#drop(request);
    this.#tail.push(request);
    this.#moveUp();
    while (this.memoryBytes > this.#options.queueBytes) {
      const oldest = this.#ready.shift() ?? this.#tail.shift();
      if (oldest === undefined) break;
      this.#drop(oldest);
    }
    this.#work.start();
  }

  /** Takes the oldest request, to be given back or to be done with before the next is taken. */
  take(): WaitingRequest | undefined {
    this.#taken = this.#ready.shift();
    this.#work.start();
    return this.#taken;
  }

  /** The request that was taken waits again, before all others. */
  giveBack(): void {
    if (this.#taken !== undefined) this.#ready.unshift(this.#taken);
    this.#taken = undefined;
  }

  /** The request that was taken waits no longer. */
  done(): void {
    this.#taken = undefined;
    this.#moveUp();
    this.#work.start();
  }

  /**
   * Ends: what is in memory goes to the disk, if there is one, as long as there is time; the rest is dropped.
   *
   * @param deadline on the clock of the options
   */
  async close(deadline: number): Promise<void> {
    this.#closed = true;
    const isLate = this.#until(deadline);
    await Promise.race([this.#work.done, isLate]);
    this.giveBack();
    // Whether it will be on the disk nobody knows.
    if (this.#moving !== undefined) this.#options.onDrop('closed', this.#moving.points);
    this.#moving = undefined;
    // What is newest first, and then from the disk outwards: if time or room end, the oldest is missing.
    await this.#save(() => this.#tail.shift(), 'newest', deadline, isLate);
    await this.#save(() => this.#ready.pop(), 'oldest', deadline, isLate);
  }

  /** Moves requests out of the tail that need not go to the disk. */
  #moveUp(): void {
    const { spool, queueBytes } = this.#options;
    if (spool !== undefined && !this.#work.hangs && !this.#spoolIsEmpty()) return;
    // Where the disk can be used, the other half of the memory is for what is on its way there.
    const room = this.#spoolIsUsable() ? queueBytes / 2 : queueBytes;
    const limit = spool === undefined ? Infinity : room;
    let moved = false;
    // What is on its way to a disk that hangs is overtaken.
    if (this.#moving !== undefined && !this.#work.hangs) return;
    while (this.#tail.length > 0 && this.#ready.bytes < limit) {
      this.#ready.push(this.#tail.shift()!);
      moved = true;
    }
    if (moved) this.#options.onReady();
  }

  #spoolIsEmpty(): boolean {
    // Before it was opened nobody knows what is in it, unless it cannot be opened.
    return this.#spool === undefined ? !this.#spoolIsUsable() : this.#spool.oldest === undefined;
  }

  #spoolIsUsable(): boolean {
    return !this.#work.hangs && this.#options.clock() >= this.#spoolRestsUntil;
  }

  /** Resolves at a time on the clock of the options. */
  async #until(deadline: number): Promise<undefined> {
    // What is further away than a timer can be is waited for without one.
    const delayMs = Math.min(deadline - this.#options.clock(), 2 ** 31 - 1);
    await wait(delayMs, undefined, { ref: false });
  }

  #nextStep(): DiskStep | undefined {
    const wanted = this.#options.spool;
    if (this.#closed || wanted === undefined) return undefined;
    const spool = this.#spool;
    if (spool === undefined) return this.#spoolIsUsable() ? () => this.#open(wanted) : undefined;
    const { oldest } = spool;
    if (oldest !== undefined && this.#ready.length === 0) return () => this.#read(spool, oldest);
    this.#moveUp();
    if (!this.#spoolIsUsable()) return undefined;
    const next = this.#tail.shift();
    if (next === undefined) return undefined;
    this.#moving = next;
    return () => this.#write(spool, next);
  }

  async #open({ folder, bytes }: { readonly folder: string; readonly bytes: number }): Promise<void> {
    try {
      await this.#options.spoolIsFree;
      this.#spool = await Spool.open(folder, bytes);
      this.#options.onRestored(this.#spool.points);
    } catch (error) {
      this.#spoolFailed(error as Error);
    }
  }

  async #read(spool: Spool, entry: SpoolEntry): Promise<void> {
    const request = await spool.read(entry);
    // What cannot be deleted is delivered all the same; a later run of the sidecar will deliver it once more.
    const deleted = await spool.delete(entry).catch((error: Error) => this.#options.onSpoolError(error));
    spool.removeOldest();
    if (request === undefined || deleted === false) {
      this.#options.onDrop('spool_damaged', entry.points);
    } else {
      this.#ready.push(request);
      this.#options.onReady();
    }
  }

  async #write(spool: Spool, request: WaitingRequest): Promise<void> {
    if (!spool.canHold(request)) {
      this.#moving = undefined;
      this.#options.onDrop('queue_full', request.points);
      return;
    }
    for (let { oldest } = spool; oldest !== undefined && !spool.hasRoom(request); { oldest } = spool) {
      // The oldest of all is in memory; the oldest on disk takes its place.
      this.#drop(this.#ready.shift());
      await this.#read(spool, oldest);
    }
    try {
      const entry = await spool.write(request, 'newest');
      this.#moving = undefined;
      spool.add(entry);
    } catch (error) {
      this.#moving = undefined;
      this.#tail.unshift(request);
      this.#spoolFailed(error as Error);
    }
  }

  #spoolFailed(error: Error): void {
    const { clock, spoolPauseMs = SPOOL_PAUSE_MS, onSpoolError } = this.#options;
    this.#spoolRestsUntil = clock() + spoolPauseMs;
    onSpoolError(error);
    this.#moveUp();
  }

  async #save(
    next: () => WaitingRequest | undefined,
    place: 'newest' | 'oldest',
    deadline: number,
    isLate: Promise<undefined>,
  ): Promise<void> {
    const { clock, onDrop, onSpoolError } = this.#options;
    const spool = this.#work.hangs ? undefined : this.#spool;
    for (let request = next(); request !== undefined; request = next()) {
      this.#moving = request;
      let entry: SpoolEntry | undefined;
      if (spool?.hasRoom(request) === true && clock() < deadline) {
        try {
          entry = await Promise.race([spool.write(request, place), isLate]);
        } catch (error) {
          onSpoolError(error as Error);
        }
      }
      this.#moving = undefined;
      if (entry === undefined) onDrop('closed', request.points);
      else spool?.add(entry);
    }
  }

  #drop(request: WaitingRequest | undefined): void {
    if (request !== undefined) this.#options.onDrop('queue_full', request.points);
  }
}
