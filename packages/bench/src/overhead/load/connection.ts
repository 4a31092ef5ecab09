import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { LoadConnection } from './load-connection.ts';
import { readReply } from './reply.ts';

const NOTHING = Buffer.alloc(0);

/**
 * One keep-alive connection that asks again as soon as it has its answer. It speaks HTTP over a bare socket: a client
 * that is dear would leave the server waiting, and what an idle server costs a request is another matter.
 */
export class Connection implements LoadConnection {
  readonly #socket: Socket;
  readonly #requests: readonly Buffer[];
  #next: () => number | undefined = () => undefined;
  #settle: (error?: Error) => void = () => undefined;
  #received: Buffer = NOTHING;
  /** The head of the last reply. */
  lastHead = '';

  private constructor(socket: Socket, requests: readonly Buffer[]) {
    this.#socket = socket;
    this.#requests = requests;
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('error', (error) => this.#settle(error));
    socket.on('close', () => this.#settle(new Error('The server closed a connection.')));
  }

  /**
   * Connects over loopback.
   *
   * @param requests the bytes of each request
   */
  static async open(port: number, requests: readonly Buffer[]): Promise<Connection> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    return new Connection(socket, requests);
  }

  send(next: () => number | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#next = next;
      this.#settle = (error) => (error === undefined ? resolve() : reject(error));
      this.#ask();
    });
  }

  #ask(): void {
    const request = this.#next();
    if (request === undefined) this.#settle();
    else this.#socket.write(this.#requests[request]!);
  }

  #receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    try {
      const reply = readReply(this.#received);
      if (reply === undefined || reply.length > this.#received.length) return;
      if (reply.length < this.#received.length) throw new Error('The server sent more than it was asked for.');
      this.#received = NOTHING;
      this.lastHead = reply.head;
      this.#ask();
    } catch (error) {
      this.#settle(error as Error);
      this.#socket.destroy();
    }
  }
}
