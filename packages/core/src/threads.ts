import { BroadcastChannel, threadId } from 'node:worker_threads';
import { Latch } from './latch.ts';
import type { ProcessShare, ProcessTelling } from './runtime/process-telling.ts';

const CHANNEL = 'outrider.threads.v1';

/** The id of the main thread. */
const MAIN = 0;

/** How long another thread may stay silent before it counts as gone: one that is terminated cannot say goodbye. */
const PATIENCE_MS = 60_000;

type Message =
  | { readonly kind: 'hello' | 'present'; readonly from: number; readonly tells: boolean }
  | { readonly kind: 'bye'; readonly from: number }
  | { readonly kind: 'flush'; readonly last: boolean; readonly arrived: Int32Array };

interface Peer {
  readonly tells: boolean;
  readonly heardAt: number;
}

/** What a thread knows of itself; each has the thread's own as its default. */
export interface ThreadsOptions {
  /** @default threadId */
  readonly id?: number;
  /** The name of the channel that the threads of a process share. */
  readonly channel?: string;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
}

/**
 * The threads of this process that have an observer, each its own: who they are, which of them tells what concerns the
 * whole process, and how they all push before it ends. Signals reach the main thread only, and its end is the end of
 * the others, so it asks them.
 *
 * They speak over a broadcast channel that keeps nothing alive.
 */
export class Threads implements ProcessTelling {
  readonly #id: number;
  readonly #name: string;
  readonly #clock: () => number;
  readonly #peers = new Map<number, Peer>();
  #channel: BroadcastChannel | undefined;
  #share: ProcessShare = 'nothing';
  #predecessor = false;

  constructor({ id = threadId, channel = CHANNEL, clock = () => performance.now() }: ThreadsOptions = {}) {
    this.#id = id;
    this.#name = channel;
    this.#clock = clock;
  }

  /**
   * Joins the others.
   *
   * @param flush pushes, for the last time if it is told so; called when the main thread asks for it
   */
  join(flush: (last: boolean) => Promise<unknown>): void {
    const channel = new BroadcastChannel(this.#name);
    this.#channel = channel;
    channel.addEventListener('message', (event) => this.#receive((event as MessageEvent).data as Message, flush));
    channel.unref();
    this.#say('hello');
  }

  /** Says goodbye, at the very end of this thread. */
  leave(): void {
    this.#post({ kind: 'bye', from: this.#id });
    this.#channel?.close();
    this.#channel = undefined;
  }

  /**
   * Has all other threads push, for the last time if the process is about to end.
   *
   * @returns opens once they have
   */
  flush(last: boolean): Latch {
    this.#forgetSilent();
    const latch = new Latch(this.#peers.size);
    if (this.#peers.size > 0) this.#post({ kind: 'flush', last, arrived: latch.arrived });
    return latch;
  }

  /**
   * The main thread tells all of the process at once, unless a thread has begun before it did. Where it has no observer,
   * the thread that started first does, once it has had time to hear of others. Who has begun goes on until it ends;
   * then the next one takes over and counts from there.
   */
  share(): ProcessShare {
    if (this.#share !== 'nothing') return this.#share;
    return this.#id === MAIN && !this.#isTold() ? 'all' : 'nothing';
  }

  settle(): void {
    this.#forgetSilent();
    if (this.#share === 'nothing' && !this.#isTold() && [...this.#peers.keys()].every((id) => id > this.#id)) {
      this.#share = this.#predecessor ? 'from-now' : 'all';
    }
    if (this.#id !== MAIN) this.#say('present');
  }

  #isTold(): boolean {
    return [...this.#peers.values()].some(({ tells }) => tells);
  }

  #forgetSilent(): void {
    const now = this.#clock();
    // The main thread is there for as long as the process is, and need not say so.
    for (const [id, { heardAt }] of this.#peers) {
      if (id !== MAIN && now - heardAt > PATIENCE_MS) this.#peers.delete(id);
    }
  }

  #receive(message: Message, flush: (last: boolean) => Promise<unknown>): void {
    switch (message.kind) {
      case 'flush': {
        const done = (): void => Latch.arrive(message.arrived);
        void flush(message.last).then(done, done);
        return;
      }
      case 'bye':
        this.#peers.delete(message.from);
        return;
      default:
        this.#peers.set(message.from, { tells: message.tells, heardAt: this.#clock() });
        this.#predecessor ||= message.tells;
        if (message.kind === 'hello') this.#say('present');
    }
  }

  #say(kind: 'hello' | 'present'): void {
    this.#post({ kind, from: this.#id, tells: this.share() !== 'nothing' });
  }

  #post(message: Message): void {
    this.#channel?.postMessage(message);
  }
}
