import { connect } from 'node:net';
import type { Socket } from 'node:net';

const SOCKETS = 2;
const BATCH = 32;
const STATUS_LINE = 'HTTP/1.1 ';

/** A request without a body. */
export interface Line {
  readonly method: string;
  readonly path: string;
}

/**
 * Sends requests over a few keep-alive connections, many at once on each, and waits for all answers.
 *
 * @returns how many answers came
 */
export async function sendPipelined(port: number, lines: Iterable<Line>): Promise<number> {
  const queue = lines[Symbol.iterator]();
  const counts = await Promise.all(Array.from({ length: SOCKETS }, () => drain(port, queue)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function drain(port: number, queue: Iterator<Line>): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  const answers = new AnswerCounter(socket);
  let sent = 0;
  for (;;) {
    const batch = take(queue, BATCH);
    if (batch.length === 0) break;
    sent += batch.length;
    socket.write(batch.map(({ method, path }) => `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''));
    await answers.reach(sent);
  }
  socket.destroy();
  return sent;
}

function take(queue: Iterator<Line>, most: number): Line[] {
  const taken: Line[] = [];
  while (taken.length < most) {
    const next = queue.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}

/** Counts status lines; no body in these tests holds one. */
class AnswerCounter {
  #count = 0;
  #carried = '';
  #wanted = 0;
  #reached = Promise.withResolvers<void>();

  constructor(socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#read(text));
    const fail = (): void => this.#reached.reject(new Error(`connection closed after ${this.#count} answers`));
    socket.on('error', fail).on('close', fail);
    // Closed once nobody waits any more.
    this.#reached.promise.catch(() => undefined);
  }

  /** Waits for so many answers in all. */
  async reach(wanted: number): Promise<void> {
    this.#wanted = wanted;
    await this.#reached.promise;
    this.#reached = Promise.withResolvers<void>();
    this.#reached.promise.catch(() => undefined);
  }

  #read(text: string): void {
    const joined = this.#carried + text;
    this.#count += joined.split(STATUS_LINE).length - 1;
    this.#carried = joined.slice(1 - STATUS_LINE.length);
    if (this.#count >= this.#wanted) this.#reached.resolve();
  }
}
