import { trace } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { RequestTime } from '../attribution/request-time.ts';
import type { EndedRequest } from '../recorder/request-recorder.ts';
import type { Route } from '../recorder/route-table.ts';
import type { Instrumentation } from './instrumentation.ts';
import { methodIndex } from './methods.ts';

/**
 * One request and its response, from the middleware to the close. It hangs on the response under a symbol and is the one
 * object that most requests need; the recorder reads it as the ended request.
 */
export class Exchange implements EndedRequest {
  readonly instrumentation: Instrumentation;
  readonly request: IncomingMessage;
  /** Of an upgrade: one that stands in, until a framework comes with its own. */
  response: ServerResponse;
  /** What the adapter needs to find the route at the end, such as Koa's context. */
  context: unknown;
  /** Whether the request is counted; an excluded one only gets its headers. */
  readonly recorded: boolean;
  readonly method: number;
  readonly scheme: number;
  /** Monotonic milliseconds. */
  readonly startedAt: number = performance.now();
  /** The request id; empty if there is none. */
  id = '';
  readonly span: Span | undefined = trace.getActiveSpan();
  // The response's own methods, which the shadows go on to.
  writeHead: ServerResponse['writeHead'];
  readonly write: ServerResponse['write'];
  readonly end: ServerResponse['end'];
  /** Bytes of body given to the response so far. */
  responseBytes = 0;
  /** What was counted of a request body whose size no header tells. */
  requestBody: { readonly bytes: number; readonly ended: boolean } | undefined = undefined;
  /** Those under way in the same session of HTTP/2, with this one. */
  siblings: Set<Exchange> | undefined = undefined;
  /** The status that the headers were written with: the response's own may be changed afterwards. */
  headStatus = 0;
  /** Where its time goes, if that was asked for. */
  time: RequestTime | undefined = undefined;
  /** Whether its end is recorded. */
  ended = false;
  // What the recorder reads at the end.
  firstByte = -1;
  stream = false;
  status = 0;
  error = 0;
  outcome = 0;
  duration = 0;
  slow = false;
  requestSize = -1;
  responseSize = -1;
  labels: Readonly<Record<string, string>> | undefined = undefined;
  route: Route;

  constructor(
    instrumentation: Instrumentation,
    request: IncomingMessage,
    response: ServerResponse,
    context: unknown,
    recorded: boolean,
  ) {
    this.instrumentation = instrumentation;
    this.request = request;
    this.response = response;
    this.context = context;
    this.recorded = recorded;
    this.method = methodIndex(request.method);
    this.scheme = (request.socket as { encrypted?: boolean } | null)?.encrypted === true ? 1 : 0;
    this.route = instrumentation.observer.requests.routes.unmatched;
    // oxlint-disable typescript/unbound-method -- called with the response as `this`
    this.writeHead = response.writeHead;
    this.write = response.write;
    this.end = response.end;
    // oxlint-enable typescript/unbound-method
  }
}

// Shared by all copies of the package in a process, so that two of them do not count a request twice.
const EXCHANGE = Symbol.for('outrider.exchange.v1');

type Observed = ServerResponse & { [EXCHANGE]?: Exchange };

/** The exchange that a response belongs to, if it is observed. */
export function exchangeOf(response: ServerResponse): Exchange | undefined {
  return (response as Observed)[EXCHANGE];
}

/** Hangs an exchange on its response. */
export function attachExchange(response: ServerResponse, exchange: Exchange): void {
  (response as Observed)[EXCHANGE] = exchange;
}
