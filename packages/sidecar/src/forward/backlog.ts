import type { ForwardDropReason } from './delivery-counts.ts';
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
  #busy = false;
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(options: BacklogOptions) {
    this.#options = options;
    this.#work();
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
    this.#work();
  }

  /** Takes the oldest request, to be given back or to be done with before the next is taken. */
  take(): WaitingRequest | undefined {
    this.#taken = this.#ready.shift();
    this.#work();
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
    this.#work();
  }

  /**
   * Ends: what is in memory goes to the disk, if there is one, as long as there is time; the rest is dropped.
   *
   * @param deadline on the clock of the options
   */
  async close(deadline: number): Promise<void> {
    this.#closed = true;
    await this.#working;
    this.giveBack();
    // What is newest first, and then from the disk outwards: if time or room end, the oldest is missing.
    await this.#save(() => this.#tail.shift(), 'newest', deadline);
    await this.#save(() => this.#ready.pop(), 'oldest', deadline);
  }

  /** Moves requests out of the tail that need not go to the disk. */
  #moveUp(): void {
    const { spool, queueBytes } = this.#options;
    if (spool !== undefined && !this.#spoolIsEmpty()) return;
    // Where the disk can be used, the other half of the memory is for what is on its way there.
    const room = this.#spoolIsUsable() ? queueBytes / 2 : queueBytes;
    const limit = spool === undefined ? Infinity : room;
    let moved = false;
    while (this.#tail.length > 0 && this.#moving === undefined && this.#ready.bytes < limit) {
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
    return this.#options.clock() >= this.#spoolRestsUntil;
  }

  /** Works with the disk, one step after the other, until there is nothing to do. */
  #work(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#working = this.#steps();
  }

  async #steps(): Promise<void> {
    // Nothing comes between the last step, the finding that there is none, and the end: so no call of #work is missed.
    for (let step = this.#nextStep(); step !== undefined; step = this.#nextStep()) await step();
    this.#busy = false;
  }

  #nextStep(): (() => Promise<void>) | undefined {
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

  async #save(next: () => WaitingRequest | undefined, place: 'newest' | 'oldest', deadline: number): Promise<void> {
    const { clock, onDrop, onSpoolError } = this.#options;
    const spool = this.#spool;
    for (let request = next(); request !== undefined; request = next()) {
      this.#moving = request;
      let entry: SpoolEntry | undefined;
      if (spool?.hasRoom(request) === true && clock() < deadline) {
        try {
          entry = await spool.write(request, place);
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
