import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { exchangeOf } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { milliseconds } from './milliseconds.ts';

type Headers = OutgoingHttpHeaders | ReadonlyArray<unknown> | undefined;

/**
 * Takes the place of a response's `writeHead`, the one point that every response passes, whatever a framework does to
 * its headers before: Koa's error path removes all of them.
 */
export function writeHead(this: ServerResponse, status: number, ...rest: unknown[]): ServerResponse {
  const exchange = exchangeOf(this)!;
  // Asked of the response and not remembered: a writeHead that throws is followed by that of an error page.
  if (!this.headersSent) {
    const given = rest.at(-1);
    addHeaders(exchange, status, typeof given === 'object' && given !== null ? (given as Headers) : undefined);
  }
  const last = rest.at(-1);
  // Where headers were set before, Node takes a flat list but no list of pairs.
  if (Array.isArray(last) && Array.isArray(last[0])) rest[rest.length - 1] = last.flat();
  return rest.length === 0
    ? exchange.writeHead.call(this, status)
    : Reflect.apply(exchange.writeHead, this, [status, ...rest]);
}

function addHeaders(exchange: Exchange, status: number, given: Headers): void {
  const { response, instrumentation } = exchange;
  const elapsed = performance.now() - exchange.startedAt;
  exchange.firstByte = elapsed / 1000;
  exchange.stream = status === 101 || isEventStream(response, given);
  const { requestId, responseTime, serverTiming } = instrumentation.settings;
  try {
    if (requestId !== undefined) addHeader(response, given, requestId.header, exchange.id);
    if (responseTime !== undefined) {
      addHeader(response, given, responseTime.header, milliseconds(elapsed, responseTime.digits));
    }
    if (serverTiming) response.appendHeader('Server-Timing', `total;dur=${elapsed.toFixed(1)}`);
  } catch {
    // The headers are sent already, or cannot be set: the application's own writeHead says so, in its own way.
  }
}

// What the application set itself stays, also if it is only in the argument of writeHead.
function addHeader(response: ServerResponse, given: Headers, name: string, value: string): void {
  if (value !== '' && !response.hasHeader(name) && valueGiven(given, name) === undefined)
    response.setHeader(name, value);
}

function isEventStream(response: ServerResponse, given: Headers): boolean {
  const type = valueGiven(given, 'content-type') ?? response.getHeader('content-type');
  return typeof type === 'string' && type.startsWith('text/event-stream');
}

// writeHead takes headers as an object, as a flat list of names and values, or as a list of pairs.
function valueGiven(given: Headers, name: string): unknown {
  if (given === undefined) return undefined;
  const wanted = name.toLowerCase();
  if (!Array.isArray(given)) {
    for (const [key, value] of Object.entries(given)) if (key.toLowerCase() === wanted) return value;
    return undefined;
  }
  const flat: unknown[] = Array.isArray(given[0]) ? given.flat() : given;
  for (let at = 0; at < flat.length; at += 2) if (String(flat[at]).toLowerCase() === wanted) return flat[at + 1];
  return undefined;
}
