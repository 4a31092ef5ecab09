import type { ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { serverTimingParts } from '../attribution/time-parts.ts';
import { exchangeOf } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { givenHas, givenValue, willBeRefused, withGiven } from './given-headers.ts';
import type { GivenHeaders } from './given-headers.ts';
import { milliseconds } from './milliseconds.ts';
import type { HeaderName } from './options.ts';
import { isValidRequestId } from './request-id.ts';

/**
 * Takes the place of a response's `writeHead`, the one point that every response passes, whatever a framework does to
 * its headers before: Koa's error path removes all of them.
 */
export function writeHead(this: ServerResponse, status: number, reason?: unknown, headers?: unknown): ServerResponse {
  const exchange = exchangeOf(this)!;
  const original = exchange.writeHead as (this: ServerResponse, ...given: unknown[]) => ServerResponse;
  // Asked of the response and not remembered: a writeHead that throws is followed by that of an error page.
  if (this.headersSent) return original.call(this, status, reason, headers);
  const given = typeof reason === 'string' ? headers : (headers ?? reason);
  if (typeof given !== 'object' || given === null) {
    addHeaders(exchange, status, undefined);
    return written(exchange, original.call(this, status, reason, headers));
  }
  const added = addHeaders(exchange, status, given as GivenHeaders);
  return written(
    exchange,
    typeof reason === 'string' ? original.call(this, status, reason, added) : original.call(this, status, added),
  );
}

function written(exchange: Exchange, result: ServerResponse): ServerResponse {
  exchange.headStatus = exchange.response.statusCode;
  return result;
}

// Ours are set on the response where the application's are, and handed to writeHead where the application's are: Node
// treats the two ways differently, and the application is to get what it would get without us.
function addHeaders(exchange: Exchange, status: number, given: GivenHeaders | undefined): GivenHeaders | undefined {
  const { response, instrumentation } = exchange;
  const elapsed = performance.now() - exchange.startedAt;
  exchange.firstByte = elapsed / 1000;
  if (status === 101 || isStream(response, given)) exchange.stream = true;
  const { requestId, responseTime, serverTiming } = instrumentation.settings;
  // Node's error tells what the application gave: nothing of ours belongs there.
  if (given !== undefined && willBeRefused(given, exchange)) return given;
  let result = given;
  try {
    if (requestId !== undefined && exchange.id !== '') {
      const own = (given && givenValue(given, requestId.key)) ?? response.getHeader(requestId.key);
      // One of the application's own is the request's id then: the log is to have what the client was told.
      if (typeof own === 'string' && isValidRequestId(own)) exchange.id = own;
      else result = addHeader(response, result, requestId, exchange.id);
    }
    if (responseTime !== undefined) {
      result = addHeader(response, result, responseTime, milliseconds(elapsed, responseTime.digits));
    }
    if (serverTiming) result = addServerTiming(exchange, result, elapsed);
  } catch {
    // The headers are sent already, or cannot be set: the application's own writeHead says so, in its own way.
  }
  return result;
}

// What the application set itself stays, also if it is only in the argument of writeHead.
function addHeader(
  response: ServerResponse,
  given: GivenHeaders | undefined,
  { header, key }: HeaderName,
  value: string,
): GivenHeaders | undefined {
  if (response.hasHeader(key)) return given;
  if (given === undefined) response.setHeader(header, value);
  else if (!givenHas(given, key)) return withGiven(given, header, value);
  return given;
}

// This one may stand several times, and the application may well have times of its own to tell.
function addServerTiming(
  { response, time, startedAt }: Exchange,
  given: GivenHeaders | undefined,
  elapsed: number,
): GivenHeaders | undefined {
  const parts = time === undefined ? '' : serverTimingParts(time.split(startedAt + elapsed), elapsed);
  const value = `total;dur=${elapsed.toFixed(1)}${parts}`;
  if (given !== undefined && givenHas(given, 'server-timing')) return given;
  if (given !== undefined && !response.hasHeader('server-timing')) return withGiven(given, 'Server-Timing', value);
  response.appendHeader('Server-Timing', value);
  return given;
}

// Types whose response lasts as long as somebody listens.
function isStream(response: ServerResponse, given: GivenHeaders | undefined): boolean {
  const type = (given && givenValue(given, 'content-type')) ?? response.getHeader('content-type');
  return (
    typeof type === 'string' && (type.startsWith('text/event-stream') || type.startsWith('multipart/x-mixed-replace'))
  );
}
