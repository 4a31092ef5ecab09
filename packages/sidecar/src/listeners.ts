import { lstat } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { OutriderError } from '@outrider/core/errors';
import { isSame } from './config/changed-keys.ts';
import { listen } from './listener.ts';
import type { Listener, ListenTarget } from './listener.ts';
import type { Logger } from './logger.ts';
import type { ListenerName, Place } from './places.ts';
import { answers, listenOnSocket } from './unix-socket.ts';

interface Opened {
  readonly place: Place;
  readonly listener: Listener;
  /** What is at the path of a socket. */
  readonly inode: bigint | undefined;
}

export interface ListenersOptions {
  readonly handlers: Readonly<Record<ListenerName, RequestListener>>;
  readonly log: Logger;
  readonly onOpen: (name: ListenerName) => void;
  /** What TCP listeners have besides their address: TLS, headers. */
  readonly overTcp: Pick<ListenTarget, 'tls' | 'headers'>;
  /** What all have. */
  readonly common?: Pick<ListenTarget, 'limits' | 'onLimit'>;
  /** Called when a client of the OTLP listener speaks HTTP/2. */
  readonly onHttp2: () => void;
}

/** Whether requests are served already. Until they are, they wait. */
interface Commitment {
  done: boolean;
  readonly promise: Promise<void>;
}

const COMMITTED: Commitment = { done: true, promise: Promise.resolve() };

/** All that listens. */
export class Listeners {
  readonly #options: ListenersOptions;
  #opened: readonly Opened[] = [];
  #opening = false;
  #restoring: Promise<void> | undefined;
  #closed = false;

  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  /** Where a listener is to be reached; undefined if it is not there. */
  where(name: ListenerName): string | undefined {
    return this.#opened.find(({ place }) => place.name === name)?.listener.where;
  }

  /**
   * Opens what is not open, one after the other; what is not wanted any more goes on until the function that it resolves
   * to is called, which cannot fail. Until then requests to what is new wait: it could be reached from elsewhere before
   * it asks for the token that comes with it.
   *
   * @throws {OutriderError} OUTRIDER_LISTEN if one of them cannot be had; then all is as before
   */
  async open(places: readonly Place[]): Promise<() => void> {
    this.#opening = true;
    await this.#restoring;
    const before = this.#opened;
    const now: Opened[] = [];
    const inItsWay: Opened[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const commitment: Commitment = { done: false, promise };
    try {
      for (const place of places) {
        const same = before.find((opened) => isSame(opened.place, place));
        now.push(same ?? (await this.#openInPlace(place, inItsWay, commitment)));
      }
      this.#refuseIfClosed();
    } catch (error) {
      await Promise.all(now.filter((opened) => !before.includes(opened)).map(({ listener }) => listener.close()));
      await this.#restore(inItsWay);
      this.#opening = false;
      throw error;
    }
    return () => {
      this.#opened = now;
      for (const opened of before) if (!now.includes(opened)) void opened.listener.close();
      commitment.done = true;
      resolve();
      this.#opening = false;
    };
  }

  /** Makes the socket again if it, or its folder, was removed: applications would not find it any more. */
  async lookForSocket(): Promise<void> {
    if (this.#opening || this.#restoring !== undefined || this.#closed) return;
    this.#restoring = this.#restoreSocket();
    await this.#restoring;
    this.#restoring = undefined;
  }

  async #restoreSocket(): Promise<void> {
    const opened = this.#opened.find(({ inode }) => inode !== undefined);
    if (opened === undefined) return;
    try {
      const found = await inodeAt(opened.listener.where);
      if (found === undefined || found === opened.inode) return;
      const isTaken = found !== NOTHING && (await answers(opened.listener.where));
      if (this.#closed || this.#opening) return;
      // To close it would remove the other one, whose owner would do the same.
      if (isTaken)
        return this.#options.log('error', 'another process has put its socket in the place of this one', {
          at: opened.listener.where,
        });
      // Before the other one is there: what a listener leaves behind at its path goes with it.
      void opened.listener.close();
      const { listener } = await this.#openAgain(opened);
      this.#options.log('warn', 'the socket was removed, and is there again', { at: listener.where });
    } catch (error) {
      this.#options.log('error', 'the socket was removed', { error: (error as Error).message });
    }
  }

  /** Applies the limits as they are now. */
  tune(): void {
    for (const { listener } of this.#opened) listener.tune();
  }

  /** Closes all. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#opened.map(({ listener }) => listener.close()));
  }

  /** Opens a place; what is open itself may be in its way: 0.0.0.0:4318 beside 127.0.0.1:4318. */
  async #openInPlace(place: Place, inItsWay: Opened[], commitment: Commitment): Promise<Opened> {
    try {
      return await this.#open(place, commitment);
    } catch (error) {
      const port = portOf(place);
      const own = this.#opened.find((opened) => port !== undefined && portOf(opened.place) === port);
      if (own === undefined || inItsWay.includes(own) || !isInUse(error)) throw error;
      void own.listener.close();
      inItsWay.push(own);
      return this.#open(place, commitment);
    }
  }

  async #restore(closed: readonly Opened[]): Promise<void> {
    if (this.#closed) return;
    for (const opened of closed) {
      try {
        await this.#openAgain(opened);
      } catch (error) {
        // Nobody has it any more, so that the next reload opens it.
        this.#opened = this.#opened.filter((one) => one !== opened);
        if (!this.#closed) this.#options.log('error', 'a listener is gone', { error: (error as Error).message });
      }
    }
  }

  async #openAgain(closed: Opened): Promise<Opened> {
    const again = await this.#open(closed.place, COMMITTED);
    this.#opened = this.#opened.map((one) => (one === closed ? again : one));
    return again;
  }

  async #open(place: Place, commitment: Commitment): Promise<Opened> {
    const { name, at, setting } = place;
    const { handlers, overTcp, common = {}, onHttp2, log, onOpen } = this.#options;
    const serve: RequestListener = (req, res) => {
      if (commitment.done) handlers[name](req, res);
      else void commitment.promise.then(() => handlers[name](req, res));
    };
    const listener =
      'path' in at
        ? await listenOnSocket(serve, at.path, common)
        : await listen(serve, { ...common, ...overTcp, at, setting, ...(name === 'OTLP listener' ? { onHttp2 } : {}) });
    const inode = 'path' in at ? await inodeAt(at.path) : undefined;
    if (this.#closed) await listener.close();
    this.#refuseIfClosed();
    onOpen(name);
    log('info', 'listening', { for: name, at: listener.where });
    return { place, listener, inode };
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new Error('closed meanwhile');
  }
}

function portOf({ at }: Place): number | undefined {
  return 'path' in at || at.port === 0 ? undefined : at.port;
}

function isInUse(error: unknown): boolean {
  if (!(error instanceof OutriderError)) return false;
  return (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE';
}

/** The inode where there is none. */
const NOTHING = 0n;

/** What is at a path; undefined if that cannot be told. */
async function inodeAt(path: string): Promise<bigint | undefined> {
  try {
    return (await lstat(path, { bigint: true })).ino;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '') ? NOTHING : undefined;
  }
}
