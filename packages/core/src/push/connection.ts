import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { parseReply } from './reply.ts';
import type { Reply } from './reply.ts';
import { requestHeaders } from './target.ts';
import type { PushTarget } from './target.ts';

/** A reply is read no further than this: it can only say ok or not. */
const MAX_REPLY = 64 * 1024;

/** How long encoding and writing may hold the event loop before others have their turn, in milliseconds. */
const SLICE_MS = 0.5;

/** Lets the event loop turn once. */
export type NextTurn = () => Promise<void>;

/**
 * A connection to a receiver, used for one push after the other.
 *
 * It speaks HTTP/1.1 itself: the first request that goes out through `node:http` makes the code that it shares with the
 * server less specialised, and every request that the application serves from then on pays for it.
 */
export class Connection {
  readonly target: PushTarget;
  readonly socket: Socket;
  /** Whether it may carry a request now. */
  idle = false;
  /** Whether it has been given a request: to the receiver, one that has not is nobody's. */
  used = false;
  #received = '';
  #settle: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | undefined;

  /** Starts to connect. */
  constructor(target: PushTarget) {
    this.target = target;
    this.socket = target.connect();
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text: string) => this.#receive(text));
    this.socket.on('error', (error) => this.#fail(error));
    this.socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  /** Waits until it is connected. */
  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once(this.target.secure ? 'secureConnect' : 'connect', () => {
        this.idle = true;
        resolve();
      });
      this.socket.once('error', reject);
      this.socket.once('close', () => reject(new Error('the connection was closed')));
    });
  }

  /**
   * Sends one request and waits for the head of the answer.
   *
   * @throws {Error} if the connection ends before that, or what answers does not speak HTTP
   */
  async post(headers: Readonly<Record<string, string>>, body: Iterable<string>, nextTurn: NextTurn): Promise<Reply> {
    this.idle = false;
    this.used = true;
    this.#received = '';
    const reply = new Promise<Reply>((resolve, reject) => (this.#settle = { resolve, reject }));
    // A connection that ends while the body is being encoded is heard of below.
    reply.catch(() => undefined);
    await this.#write(headers, body, nextTurn);
    return reply;
  }

  async #write(headers: Readonly<Record<string, string>>, body: Iterable<string>, nextTurn: NextTurn): Promise<void> {
    // The reading that the body is made of was taken in this turn.
    await nextTurn();
    let began = performance.now();
    const breathe = async (): Promise<void> => {
      if (performance.now() - began < SLICE_MS) return;
      await nextTurn();
      began = performance.now();
    };
    const pieces: Buffer[] = [];
    let length = 0;
    for (const text of body) {
      const piece = Buffer.from(text);
      length += piece.length;
      pieces.push(piece);
      await breathe();
    }
    this.socket.write(requestHead(this.target, headers, length), 'latin1');
    for (const piece of pieces) {
      if (this.socket.destroyed) return;
      this.socket.write(piece);
      await breathe();
    }
  }

  #receive(text: string): void {
    this.#received += text;
    if (this.#received.length > MAX_REPLY) {
      this.close();
      return;
    }
    try {
      const reply = parseReply(this.#received);
      if (reply === undefined) return;
      this.idle = reply.reusable;
      this.#settle?.resolve(reply);
    } catch (error) {
      this.#fail(error as Error);
      this.close();
    }
  }

  #fail(error: Error): void {
    this.idle = false;
    this.#settle?.reject(error);
  }

  close(): void {
    this.idle = false;
    this.socket.destroy();
  }
}

function requestHead(target: PushTarget, given: Readonly<Record<string, string>>, length: number): string {
  const headers = { ...requestHeaders(target, given), 'content-length': String(length) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${target.path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
