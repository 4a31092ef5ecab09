import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../logger.ts';
import type { Snapshot } from '../snapshot.ts';
import { metricsFigures } from './api/metrics.ts';
import { EventClient } from './event-client.ts';

const TICK_MS = 1000;
// How long a client waits before it connects again.
const RETRY_MS = 3000;

export interface EventStreamOptions {
  /** What there is to tell now. */
  readonly snapshot: () => Snapshot;
  readonly log: Logger;
  /** The most clients: each costs a connection; the text is shared by those who are told the same. @default 100 */
  readonly limit?: () => number;
  /** Called for each client that is refused since there are so many. */
  readonly onFull?: () => void;
}

const MOST_CLIENTS = 100;

/** The clients that look at the same services. */
interface Audience {
  readonly key: string;
  readonly services: readonly string[];
  readonly clients: Set<EventClient>;
  written?: { readonly from: Snapshot; readonly event: Buffer };
}

/**
 * Tells clients the figures of `/api/v1/metrics` as server-sent events: at once, and then whenever there is another
 * snapshot, once a second at the most. It looks for one only while somebody is listening, and never causes one.
 *
 * Nothing is queued for a client: while one has not taken an event it misses those that follow.
 */
export class EventStream {
  readonly #snapshot: () => Snapshot;
  readonly #log: Logger;
  readonly #limit: () => number;
  readonly #onFull: (() => void) | undefined;
  readonly #audiences = new Map<string, Audience>();
  #timer: NodeJS.Timeout | undefined;
  #clients = 0;
  #closed = false;

  constructor({ snapshot, log, limit = () => MOST_CLIENTS, onFull }: EventStreamOptions) {
    this.#snapshot = snapshot;
    this.#log = log;
    this.#limit = limit;
    this.#onFull = onFull;
  }

  /** How many clients there are. */
  get clients(): number {
    return this.#clients;
  }

  /** Whether there is room for another client; one that there is none for is counted. */
  admits(): boolean {
    if (this.#closed) return false;
    if (this.#clients < this.#limit()) return true;
    this.#onFull?.();
    return false;
  }

  /**
   * Adds a client. A response that was closed meanwhile, and one for which there is no room any more, is ended.
   *
   * @param res of which the headers are written
   * @param services those to tell about; none: all
   */
  open(res: ServerResponse, services: readonly string[]): void {
    if (res.destroyed || !this.admits()) return void res.destroy();
    const key = JSON.stringify(services);
    const audience: Audience = this.#audiences.get(key) ?? { key, services, clients: new Set() };
    this.#audiences.set(key, audience);
    // A tick that is under way comes sooner than a second from now.
    const client = new EventClient(res, { skipsTick: this.#timer !== undefined });
    audience.clients.add(client);
    this.#clients += 1;
    res.on('close', () => this.#remove(client, audience));
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref();
    this.#guarded(() => {
      const snapshot = this.#snapshot();
      res.write(`retry: ${RETRY_MS}\n`);
      client.send(snapshot, eventOf(audience, snapshot));
    });
  }

  /** Ends the clients whose request would not be let in any more. */
  async endUnless(isAllowed: (req: IncomingMessage) => Promise<boolean>): Promise<void> {
    const clients = [...this.#audiences.values()].flatMap((audience) => [...audience.clients]);
    await Promise.all(
      clients.map(async (client) => {
        if (!(await isAllowed(client.request))) client.end();
      }),
    );
  }

  /** Ends all clients, those at once that have not taken what was sent, and lets no more in. */
  close(): void {
    this.#closed = true;
    // What is written to a response that has ended is an error.
    clearInterval(this.#timer);
    for (const { clients } of this.#audiences.values()) for (const client of clients) client.end();
  }

  #tick(): void {
    this.#guarded(() => {
      const snapshot = this.#snapshot();
      for (const audience of this.#audiences.values()) {
        for (const client of audience.clients) {
          if (client.isStuck) this.#remove(client, audience).end();
          else client.tick(snapshot, () => eventOf(audience, snapshot));
        }
      }
    });
  }

  // In a timer, and behind a response that has begun, nobody else would catch it.
  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#log('error', 'the event stream failed', { error: String(error) });
    }
  }

  #remove(client: EventClient, audience: Audience): EventClient {
    if (!audience.clients.delete(client)) return client;
    this.#clients -= 1;
    if (audience.clients.size === 0) this.#audiences.delete(audience.key);
    if (this.#clients === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    return client;
  }
}

/** The event of a snapshot, written once for all who are told the same: bytes, which no connection copies. */
function eventOf(audience: Audience, snapshot: Snapshot): Buffer {
  if (audience.written?.from !== snapshot) {
    const figures = metricsFigures(snapshot, audience.services);
    const event = `id: ${figures.timestamp}\nevent: metrics\ndata: ${JSON.stringify(figures)}\n\n`;
    audience.written = { from: snapshot, event: Buffer.from(event) };
  }
  return audience.written.event;
}
