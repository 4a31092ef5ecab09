import type { Socket } from 'node:net';

/** Reads HTTP/1 answers off a connection, one after the other, each to its end. */
export class AnswerReader {
  readonly #socket: Socket;
  #text = '';
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#text += text;
      this.#wake?.();
    });
    socket.on('close', () => {
      this.#closed = true;
      this.#wake?.();
    });
  }

  /**
   * Waits for the next answer to be there whole; 1xx answers are no answers.
   *
   * @param method of the request that it answers
   * @throws {Error} if the connection closes before
   */
  async answer(method: string): Promise<number> {
    for (;;) {
      const found = answerAt(this.#text, method);
      if (found !== undefined) {
        this.#text = this.#text.slice(found.length);
        if (found.status >= 200) return found.status;
      } else if (this.#closed) {
        throw new Error(`the connection closed instead of an answer to ${method}: ${JSON.stringify(this.#text)}`);
      } else await this.#more();
    }
  }

  /** Waits for the first bytes of a body. @throws {Error} if the connection closes before */
  async firstBytes(): Promise<void> {
    for (;;) {
      const head = this.#text.indexOf('\r\n\r\n');
      if (head !== -1 && this.#text.length > head + 4) return;
      if (this.#closed) throw new Error('the connection closed before the first bytes');
      await this.#more();
    }
  }

  /** Waits for the connection to be closed. */
  async closed(): Promise<void> {
    while (!this.#closed) await this.#more();
  }

  /** Closes the connection, with FIN or RST. */
  leave(reset: boolean): Promise<void> {
    if (reset) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
    return this.closed();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

// The answer that a text begins with, once it is whole.
function answerAt(text: string, method: string): { readonly status: number; readonly length: number } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const status = Number(text.slice(9, 12));
  const body = end + 4;
  if (status < 200 || status === 204 || status === 304 || method === 'HEAD') return { status, length: body };
  const head = text.slice(0, end).toLowerCase();
  const declared = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  if (declared !== undefined) return complete(status, body + Number(declared), text);
  if (!head.includes('\r\ntransfer-encoding: chunked')) throw new Error(`an answer without a length: ${head}`);
  return complete(status, chunksEnd(text, body), text);
}

function complete(status: number, length: number, text: string): { status: number; length: number } | undefined {
  return length <= text.length ? { status, length } : undefined;
}

function chunksEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    const line = text.indexOf('\r\n', at);
    if (line === -1) return Infinity;
    const size = Number.parseInt(text.slice(at, line), 16);
    if (size === 0) {
      // Trailers, if any, and an empty line.
      const end = text.indexOf('\r\n\r\n', line);
      return end === -1 ? Infinity : end + 4;
    }
    at = line + 2 + size + 2;
  }
}
