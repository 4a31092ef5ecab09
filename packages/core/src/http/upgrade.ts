import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { attachExchange, exchangeOf } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { leftByClient } from './left-by-client.ts';
import type { Outcome } from './outcome.ts';
import { writeHead } from './response-headers.ts';

const UPGRADE = Symbol.for('outrider.upgrade.v1');

type Upgrading = IncomingMessage & { [UPGRADE]?: Exchange };

/** The exchange of a request that went to the server's `upgrade` or `connect` event, if it is observed. */
export function upgradeOf(request: IncomingMessage): Exchange | undefined {
  return (request as Upgrading)[UPGRADE];
}

/** The response that stands in for the one that an upgrade has not: nothing is ever written to it. */
export function standInResponse(request: IncomingMessage): ServerResponse {
  return new ServerResponse(request);
}

/** Follows an upgrade from now on: the status of what the server answers, the first byte, and the close. */
export function followUpgrade(exchange: Exchange, socket: Duplex): void {
  (exchange.request as Upgrading)[UPGRADE] = exchange;
  if (!exchange.recorded) return;
  // Sizes of bodies are not known here.
  exchange.responseBytes = -1;
  const answer = new Answer(exchange, socket);
  const end = (): void => exchange.instrumentation.end(exchange, outcomeOf(answer, socket), answer.status);
  // A refusal is answered when it is written, however long the client then takes to end its side.
  socket.once('finish', () => {
    if (answer.begun && !exchange.stream) end();
  });
  // Where it is handed around before it comes here, it may be closed already.
  if (socket.closed) process.nextTick(end);
  else socket.once('close', end);
}

/**
 * Hands an upgrade to the framework that routes it as if it were a request, and has its route found there. Undefined if
 * that was done already, by the same middleware on an outer application.
 *
 * @param response the one that the framework has made up for it, if any
 */
export function adoptUpgrade(
  exchange: Exchange,
  response: ServerResponse | undefined,
  context: unknown,
): Exchange | undefined {
  if (response === undefined ? exchange.context !== undefined : exchangeOf(response) !== undefined) return undefined;
  exchange.context = context;
  if (response !== undefined) {
    exchange.response = response;
    // oxlint-disable-next-line typescript/unbound-method -- called with the response as `this`
    exchange.writeHead = response.writeHead;
    attachExchange(response, exchange);
    // A refusal may be written through it, and gets its headers.
    response.writeHead = writeHead;
  }
  return exchange;
}

function outcomeOf(answer: Answer, socket: Duplex): Outcome {
  if (!answer.begun) return leftByClient(socket) ? 'aborted_before_headers' : 'destroyed_by_server';
  // Either side may end a connection that was upgraded, when it likes; only a broken one is cut off.
  return socket.errored && leftByClient(socket) ? 'aborted_mid_stream' : 'completed';
}

const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})/;
const STATUS_LINE_LENGTH = 'HTTP/1.1 101'.length;

// What the server writes first, as an answer. Until it is there, it stands before the socket's `write` and `end`.
class Answer {
  begun = false;
  /** 0 where it is no HTTP. */
  status = 0;
  readonly #exchange: Exchange;
  readonly #restore: () => void;

  constructor(exchange: Exchange, socket: Duplex) {
    this.#exchange = exchange;
    const restore = [this.#shadow(socket, 'write'), this.#shadow(socket, 'end')];
    this.#restore = () => {
      for (const undo of restore) undo();
    };
  }

  #shadow(socket: Duplex, name: 'write' | 'end'): () => void {
    const own = Object.getOwnPropertyDescriptor(socket, name);
    const original = socket[name] as (...given: unknown[]) => unknown;
    const shadow = (...given: unknown[]): unknown => {
      this.#see(given[0]);
      return original.apply(socket, given);
    };
    Object.defineProperty(socket, name, { value: shadow, writable: true, configurable: true, enumerable: false });
    return () => {
      // What somebody has put before it since then stays.
      if (socket[name] !== shadow) return;
      if (own === undefined) Reflect.deleteProperty(socket, name);
      else Object.defineProperty(socket, name, own);
    };
  }

  #see(chunk: unknown): void {
    const exchange = this.#exchange;
    const head = headOf(chunk);
    if (head === '' || this.begun) return;
    const status = Number(STATUS_LINE.exec(head)?.[1] ?? 0);
    // Informational answers come before the answer.
    if (status >= 100 && status < 200 && status !== 101) return;
    this.begun = true;
    this.status = status;
    exchange.firstByte = (performance.now() - exchange.startedAt) / 1000;
    // What is no HTTP at all is a protocol of its own already.
    exchange.stream = status === 101 || status === 0 || (exchange.request.method === 'CONNECT' && status < 300);
    if (status !== 0 && !exchange.response.headersSent) exchange.response.statusCode = status;
    this.#restore();
  }
}

function headOf(chunk: unknown): string {
  if (typeof chunk === 'string') return chunk.slice(0, STATUS_LINE_LENGTH);
  if (!(chunk instanceof Uint8Array)) return '';
  return Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.byteLength, STATUS_LINE_LENGTH)).toString('latin1');
}
