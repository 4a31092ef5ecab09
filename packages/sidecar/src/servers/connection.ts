import type { WatchedServer } from '../config/watched-server.ts';
import type { ServerContext } from './server-collector.ts';
import { Wire } from './wire.ts';

// How long an answer is waited for after the deadline, in milliseconds.
const PATIENCE_MS = 30_000;

/** The server answered with an error, in a way that leaves the connection as good as before. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** How a connection to a server is made. */
export interface ConnectionOptions<Session> {
  readonly server: WatchedServer;
  readonly context: ServerContext;
  /** Whether a server with `tls` speaks TLS from the first byte, or is asked for it by {@link logIn}. */
  readonly tls: 'first' | 'asked';
  /** Makes a connected wire ready for questions: sets its `onData`, shows who we are. */
  readonly logIn: (wire: Wire) => Session | Promise<Session>;
  /** Milliseconds that an answer is waited for after the deadline. @default 30000 */
  readonly patienceMs?: number;
}

interface Look {
  readonly reject: (error: Error) => void;
}

/**
 * The one connection to a watched server. The first look opens it, and the first one after it was lost. What was asked is
 * not asked twice: at a look's deadline the answer is waited for on, since another connection would be one more for a
 * server that is already in trouble. A look that fails costs the connection, unless by a {@link Refusal}.
 *
 * @example
 *   const connection = new Connection({ server, context, tls: 'first', logIn: (wire) => new Dialogue(wire) });
 *   const version = await connection.look(signal, (dialogue) => dialogue.ask('version\r\n', readLine));
 *   connection.close();
 */
export class Connection<Session> {
  readonly #options: ConnectionOptions<Session>;
  #wire: Wire | undefined;
  #session: Session | undefined;
  #look: Look | undefined;
  #closed = false;

  constructor(options: ConnectionOptions<Session>) {
    this.#options = options;
  }

  /**
   * Asks the server. The signal is the deadline: from then on the promise stays pending until the answer is there, half a
   * minute is over, or the connection ends. If that was not made yet, the server does not know of it, and it ends at once.
   *
   * @throws {Error} that says why there is no answer
   */
  look<Result>(signal: AbortSignal, ask: (session: Session) => Result | Promise<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(new Error('closed'));
    if (this.#look !== undefined) return Promise.reject(new Error('the look before has not ended'));
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const look: Look = { reject };
    this.#look = look;
    const stopWaiting = this.#waitPast(signal);
    // Whichever is first: the answer, or the end of the wire, after which an answer never comes.
    this.#ask(ask).then(resolve, (error: unknown) => this.#failed(look, error));
    return promise.finally(() => {
      this.#look = undefined;
      stopWaiting();
    });
  }

  /** Ends the connection and the look that is under way, at once and for good. */
  close(): void {
    this.#closed = true;
    this.#wire?.destroy(new Error('closed'));
    this.#look?.reject(new Error('closed'));
  }

  async #ask<Result>(ask: (session: Session) => Result | Promise<Result>): Promise<Result> {
    this.#wire?.beginLook();
    this.#session ??= await this.#open();
    return ask(this.#session);
  }

  async #open(): Promise<Session> {
    const { server, context, tls, logIn } = this.#options;
    const wire = new Wire(server, context);
    this.#wire = wire;
    wire.onEnd((error) => {
      this.#wire = undefined;
      this.#session = undefined;
      this.#look?.reject(error);
    });
    try {
      await wire.connected();
      if (tls === 'first' && server.tls !== undefined) await wire.startTls();
      const session = await logIn(wire);
      if (wire.ended !== undefined) throw wire.ended;
      return session;
    } catch (error) {
      // Also after a refusal: nobody would use a wire without a session again, and nobody would end it.
      wire.destroy(error as Error);
      throw error;
    }
  }

  #failed(look: Look, thrown: unknown): void {
    // One that ended with its wire may hear of that later, when the wire is already another look's.
    if (this.#look !== look) return;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (!(error instanceof Refusal)) this.#wire?.destroy(error);
    look.reject(error);
  }

  #waitPast(deadline: AbortSignal): () => void {
    const { patienceMs = PATIENCE_MS } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const giveUp = (): void => this.#wire?.giveUp(new Error('the server did not answer'));
    const onDeadline = (): void => {
      if (this.#wire?.connecting === true) giveUp();
      else timer = setTimeout(giveUp, patienceMs).unref();
    };
    if (deadline.aborted) onDeadline();
    else deadline.addEventListener('abort', onDeadline, { once: true });
    return () => {
      deadline.removeEventListener('abort', onDeadline);
      clearTimeout(timer);
    };
  }
}
