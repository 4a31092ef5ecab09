import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { WatchedServer } from '../config/watched-server.ts';
import { printable } from './printable.ts';
import type { ServerContext } from './server-collector.ts';
import { tlsOptions } from './tls-options.ts';

// Tells of a peer that is gone without a word, where nothing is asked for a while.
const KEEP_ALIVE_MS = 15_000;

/**
 * The bytes to and from a watched server. It ends once, for one reason, which is told to all that listen; a promise of
 * somebody who waits for an answer is not settled by that.
 */
export class Wire {
  /** Given what comes. What it throws ends the wire. */
  onData: (chunk: Buffer) => void = () => undefined;
  readonly #server: WatchedServer;
  readonly #context: ServerContext;
  readonly #plain: Socket;
  readonly #endings: Array<(error: Error) => void> = [];
  #socket: Socket;
  #resolving: boolean;
  #received = 0;
  #ended: Error | undefined;

  /** Starts to connect, over TCP or a Unix socket, without TLS. */
  constructor(server: WatchedServer, context: ServerContext) {
    const { address } = server;
    this.#server = server;
    this.#context = context;
    this.#resolving = 'host' in address && isIP(address.host) === 0;
    this.#plain = connect({ ...address, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
    this.#plain.once('lookup', () => (this.#resolving = false));
    this.#socket = this.#plain;
    this.#listen(this.#plain);
  }

  /** Why it has ended, if it has. */
  get ended(): Error | undefined {
    return this.#ended;
  }

  /** Whether the server cannot know of it yet. */
  get connecting(): boolean {
    return this.#plain.connecting;
  }

  /** Resolves once it is connected; stays pending if it ends before. */
  connected(): Promise<void> {
    if (!this.connecting) return Promise.resolve();
    return new Promise((resolve) => this.#plain.once('connect', () => resolve()));
  }

  /**
   * Encrypts what is sent from now on; resolves after the handshake, and stays pending if the wire ends before. Throws
   * if a file of the configuration cannot be read.
   */
  async startTls(): Promise<void> {
    this.#plain.removeAllListeners('data');
    const socket = connectTls({ socket: this.#plain, ...tlsOptions(this.#server) });
    this.#socket = socket;
    this.#listen(socket);
    await new Promise<void>((resolve) => socket.once('secureConnect', () => resolve()));
  }

  /** Sends bytes; does nothing once it has ended. */
  write(bytes: string | Uint8Array): void {
    if (this.#ended === undefined) this.#socket.write(bytes);
  }

  /** From now on the bytes of another look are counted. */
  beginLook(): void {
    this.#received = 0;
  }

  /** Calls the listener when it ends, at once if it has. */
  onEnd(listener: (error: Error) => void): void {
    if (this.#ended === undefined) this.#endings.push(listener);
    else listener(this.#ended);
  }

  /** Ends it at once. */
  destroy(error: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#socket.destroy();
    this.#plain.destroy();
    for (const listener of this.#endings) listener(error);
  }

  /**
   * Ends it as soon as a look-up of its name is not under way: that holds a thread of four until the system gives it up,
   * whether anybody still waits for it or not, so there must never be two.
   */
  giveUp(error: Error): void {
    if (this.#resolving) this.#plain.once('lookup', () => this.destroy(error));
    else this.destroy(error);
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.destroy(describe(error)));
    for (const event of ['end', 'close']) {
      socket.on(event, () => this.destroy(new Error('the server closed the connection')));
    }
  }

  #receive(chunk: Buffer): void {
    if (this.#ended !== undefined) return;
    this.#received += chunk.length;
    const { replyBytes, onTooLong } = this.#context;
    if (this.#received > replyBytes) {
      onTooLong();
      this.destroy(new Error(`the server sent more than ${replyBytes} bytes`));
      return;
    }
    try {
      this.onData(chunk);
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

// A name with several addresses fails with one error for all of them, which says nothing; the text of a certificate's
// names comes from the server.
function describe(error: Error): Error {
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  return new Error(printable(errors.map(messageOf).join(', ')), { cause: error });
}

/** What an error says; of one of OpenSSL the reason alone, since its text has a thread's address and a line of C around it. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, reason } = error as { readonly code?: string; readonly reason?: string };
  return code?.startsWith('ERR_SSL_') === true && reason !== undefined ? `TLS failed: ${reason}` : error.message;
}
