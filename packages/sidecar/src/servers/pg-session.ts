import type { WatchedServer } from '../config/watched-server.ts';
import { PgAuthentication } from './pg-authentication.ts';
import { int32, pgMessage, PgMessageReader, PgProtocolError, PgFields } from './pg-messages.ts';
import type { PgMessage } from './pg-messages.ts';
import { readServerError } from './pg-server-error.ts';
import type { PgServerError } from './pg-server-error.ts';
import { PgTable } from './pg-table.ts';
import type { ServerContext } from './server-collector.ts';
import type { Wire } from './wire.ts';

const PROTOCOL_3_0 = 196_608;
const SSL_REQUEST = 80_877_103;

/** How a session begins. */
export interface PgSessionOptions {
  readonly server: WatchedServer;
  readonly user: string;
  readonly database: string;
  /** The session's settings beside the database: `statement_timeout`, `application_name`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Says how long a message may be. */
  readonly context: ServerContext;
}

interface Asked {
  readonly resolve: (tables: readonly PgTable[]) => void;
  readonly reject: (error: PgServerError) => void;
  readonly tables: PgTable[];
  error?: PgServerError;
}

/**
 * Speaks PostgreSQL's protocol 3.0 as far as looking needs it: authentication and simple queries with results in text.
 *
 * The library `pg` is not used since it trusts the server: an error message of nine bytes without its last zero is read
 * for ever (pg-protocol 1.16, `parseErrorMessage`), a message that claims a gigabyte is waited for, and a negative count
 * of columns throws where only the process can catch it. A stream between the two that is safe would have to read every
 * message itself.
 *
 * What is wrong with what the server sends is thrown to the wire, which ends of it.
 */
export class PgSession {
  readonly #wire: Wire;
  readonly #messages: PgMessageReader;
  readonly #authentication: PgAuthentication;
  readonly #loggedIn: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  #answering = false;
  #ready = false;
  #version = '';
  #asked: Asked | undefined;

  private constructor(wire: Wire, options: PgSessionOptions) {
    this.#wire = wire;
    this.#messages = new PgMessageReader(options.context);
    this.#authentication = new PgAuthentication(options.server, options.user);
  }

  /**
   * Logs in over a connected wire, with TLS if the server's configuration says so. Stays pending if the wire ends.
   *
   * @throws {Error} if TLS cannot be had
   */
  static async start(wire: Wire, options: PgSessionOptions): Promise<PgSession> {
    if (options.server.tls !== undefined) await askForTls(wire);
    const session = new PgSession(wire, options);
    wire.onData = (chunk) => {
      for (const message of session.#messages.read(chunk)) session.#take(message);
    };
    const parameters = { user: options.user, database: options.database, ...options.settings };
    wire.write(pgMessage('', int32(PROTOCOL_3_0), ...Object.entries(parameters).flat(), Buffer.alloc(1)));
    await session.#loggedIn.promise;
    return session;
  }

  /** The server's version as it says it: `15.8 (Debian 15.8-0+deb12u1)`, `1.18.0/bouncer`. */
  get version(): string {
    return this.#version;
  }

  /**
   * Asks one statement, or several with semicolons between, and gives the table of each that has one. Stays pending if
   * the wire ends.
   *
   * @throws {PgServerError} if the server refuses; the session is as good as before
   */
  query(text: string): Promise<readonly PgTable[]> {
    if (this.#asked !== undefined) throw new Error('the query before has not been answered');
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject, tables: [] };
      this.#wire.write(pgMessage('Q', text));
    });
  }

  #take({ type, body }: PgMessage): void {
    switch (type) {
      // Notices and notifications are not for us.
      case 'N':
      case 'A':
        return;
      case 'S':
        this.#setParameter(new PgFields(body));
        return;
      case 'E':
        this.#refused(readServerError(body, this.#authentication.told));
        return;
      case 'Z':
        this.#becomeReady();
        return;
      default:
        if (this.#ready) this.#takeAnswer(type, body);
        else this.#takeLogIn(type, body);
    }
  }

  #takeLogIn(type: string, body: Buffer): void {
    // The key to cancel queries with, which are never cancelled.
    if (type === 'K' && this.#authentication.done) return;
    if (type !== 'R' || this.#authentication.done || this.#answering) throw unexpected(type);
    const answer = this.#authentication.answer(body);
    if (answer instanceof Promise) void this.#answerLater(answer);
    else if (answer !== undefined) this.#wire.write(answer);
  }

  async #answerLater(answer: Promise<Buffer>): Promise<void> {
    this.#answering = true;
    try {
      this.#wire.write(await answer);
      this.#answering = false;
    } catch (error) {
      this.#wire.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #takeAnswer(type: string, body: Buffer): void {
    if (this.#asked === undefined) throw unexpected(type);
    const { tables } = this.#asked;
    switch (type) {
      case 'T':
        tables.push(new PgTable(body));
        return;
      case 'D': {
        const table = tables.at(-1);
        if (table === undefined) throw unexpected(type);
        table.add(body);
        return;
      }
      // The end of one statement of several.
      case 'C':
      case 'I':
        return;
      default:
        throw unexpected(type);
    }
  }

  #setParameter(fields: PgFields): void {
    if (fields.text() === 'server_version') this.#version = fields.text().slice(0, 100);
  }

  #refused(error: PgServerError): void {
    if (error.fatal || this.#asked === undefined) throw error;
    this.#asked.error ??= error;
  }

  #becomeReady(): void {
    if (!this.#ready) {
      if (!this.#authentication.done) throw unexpected('Z');
      this.#ready = true;
      this.#loggedIn.resolve();
      return;
    }
    const asked = this.#asked;
    if (asked === undefined) throw unexpected('Z');
    this.#asked = undefined;
    if (asked.error === undefined) asked.resolve(asked.tables);
    else asked.reject(asked.error);
  }
}

async function askForTls(wire: Wire): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let answered = false;
  wire.onData = (chunk) => {
    // Whatever else comes before the handshake was put there by somebody in between.
    if (answered || chunk.length !== 1) throw new PgProtocolError('the server answers the request for TLS wrongly');
    answered = true;
    resolve(chunk.toString('latin1'));
  };
  wire.write(pgMessage('', int32(SSL_REQUEST)));
  const answer = await promise;
  if (answer === 'N') throw new Error('the server does not offer TLS');
  if (answer !== 'S') throw new PgProtocolError('the server answers the request for TLS wrongly');
  await wire.startTls();
}

function unexpected(type: string): PgProtocolError {
  const shown = /[a-zA-Z0-9]/.test(type) ? type : `0x${type.charCodeAt(0).toString(16)}`;
  return new PgProtocolError(`the server sent a message that was not expected (${shown})`);
}
