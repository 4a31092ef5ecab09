import { ReplyBuffer } from './reply-buffer.ts';
import type { Wire } from './wire.ts';

/**
 * Reads an answer: called whenever more of it has come, until it returns something else than undefined. It takes what it
 * has understood from the buffer, and remembers that itself. What it throws ends the connection.
 */
export type ReplyReader<Reply> = (buffer: ReplyBuffer) => Reply | undefined;

/** Questions to a server and its answers, one after the other. A server that says more than it was asked is not believed. */
export class Dialogue {
  readonly #wire: Wire;
  readonly #buffer = new ReplyBuffer();
  #read: (() => void) | undefined;

  constructor(wire: Wire) {
    this.#wire = wire;
    wire.onData = (chunk) => this.#receive(chunk);
  }

  /** Asks one question; stays pending if the wire ends before the answer is there. */
  ask<Reply>(question: string, reader: ReplyReader<Reply>): Promise<Reply> {
    return new Promise((resolve) => {
      this.#read = () => {
        const reply = reader(this.#buffer);
        if (reply === undefined) return;
        this.#read = undefined;
        if (!this.#buffer.empty) throw new Error('the server said more than it was asked');
        this.#buffer.clear();
        resolve(reply);
      };
      this.#wire.write(question);
    });
  }

  #receive(chunk: Buffer): void {
    if (this.#read === undefined) throw new Error('the server said something without being asked');
    this.#buffer.append(chunk);
    this.#read();
  }
}
