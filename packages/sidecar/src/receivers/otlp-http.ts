import type { IncomingMessage, ServerResponse } from 'node:http';
import { ByteBudget } from '../http/byte-budget.ts';
import { createGate } from '../http/gate.ts';
import type { Gate } from '../http/gate.ts';
import { createInflater } from '../http/gunzip.ts';
import { discardBody, readBody } from '../http/read-body.ts';
import { RequestError } from '../http/request-error.ts';
import { requestPath } from '../http/request-path.ts';
import type { LimitName } from '../limit-counts.ts';
import { VERSION } from '../version.ts';
import type { DropReason, MetricSink, SlowRequestDropReason } from './decoded.ts';
import type { OtlpOptions } from './otlp-builder.ts';
import { decodeOtlpJson } from './otlp-json.ts';
import type { OtlpLimits } from './otlp-limits.ts';
import { otlpLimits } from './otlp-limits.ts';
import { decodeOtlpProtobuf } from './otlp-protobuf.ts';
import type { Encoding } from './otlp-response.ts';
import { contentType, metricsResponse, statusResponse } from './otlp-response.ts';
import { keepConnection, pushSender } from './push-sender.ts';

/** What came of one request. */
export interface ReceivedRequest {
  readonly encoding: Encoding;
  /** `partial` if some of its data points were dropped, `rejected` if it was answered with an error. */
  readonly result: 'ok' | 'partial' | 'rejected';
  /** Data points that were stored. */
  readonly stored: number;
  readonly dropped: ReadonlyMap<DropReason, number>;
  /** Slow requests, which are no data points, that were not stored. */
  readonly slowRequestsDropped?: ReadonlyMap<SlowRequestDropReason, number> | undefined;
}

/** Options of {@link createOtlpHandler}. */
export interface OtlpHandlerOptions extends OtlpOptions {
  /** Where the metrics go. */
  readonly sink: MetricSink;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<OtlpLimits>;
  /** Stands before all paths. @default that of a TCP listener that is called by names of loopback only */
  readonly gate?: Gate;
  /** Called with the path of the first request of traces, and of logs, which are refused. */
  readonly onMisdirected?: (path: string) => void;
  /** Called when a limit was reached, with how often. */
  readonly onLimit?: (limit: LimitName, times: number) => void;
  /** Called once a request, before it is answered. */
  readonly onRequest?: (request: ReceivedRequest) => void;
  /**
   * Called once a request that was not rejected, in the same turn as `onRequest`, with its body, decompressed, and the
   * number of data points in it, dropped ones included; `usable` is false if each of them is invalid or has been counted
   * before. It must leave work for a later turn: nobody was answered yet.
   */
  readonly onAccepted?: (body: Uint8Array, encoding: 'json' | 'protobuf', points: number, usable: boolean) => void;
  /** Called after each request, when nothing holds its body any more. */
  readonly onDone?: () => void;
  /** Called with what `sink`, `onRequest` or `onAccepted` threw; may not throw itself. By default the first is a process warning. */
  readonly onError?: (error: unknown) => void;
}

const NONE: ReadonlyMap<DropReason, number> = new Map();

const ADVICE: Readonly<Record<DropReason, string>> = {
  unsupported_temporality: 'their aggregation temporality must be cumulative or delta',
  duplicate_delta: 'they are of a time that has been counted: a request that is sent again counts once',
  invalid_point: 'their values contradict each other, or their name or attributes are over the limits',
  too_many_points: 'send fewer in one request',
  too_many_series: 'the sidecar holds as many series as it may',
};

const OTHER_SIGNALS: ReadonlyMap<string, string> = new Map([
  ['/v1/traces', 'send traces to OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, or none with OTEL_TRACES_EXPORTER=none'],
  ['/v1/logs', 'send logs to OTEL_EXPORTER_OTLP_LOGS_ENDPOINT, or none with OTEL_LOGS_EXPORTER=none'],
]);

/**
 * Makes the handler of OTLP/HTTP requests for a server of `node:http`: `POST /v1/metrics` in JSON or protobuf, plain or
 * gzip. It answers every request and never throws.
 *
 * @example createServer(serverOptions, createOtlpHandler({ sink: store })).listen(4318, '127.0.0.1')
 */
export function createOtlpHandler(options: OtlpHandlerOptions): (req: IncomingMessage, res: ServerResponse) => void {
  const {
    sink,
    gate = createGate({ allowedHosts: [] }),
    onRequest,
    onAccepted,
    onLimit,
    onDone,
    onError = warnOnce(),
  } = options;
  const limits: OtlpLimits = { ...otlpLimits, ...options.limits };
  const budget = new ByteBudget(limits.inFlightBytes);
  const inflate = createInflater(limits.decodedBytes);

  async function receive(req: IncomingMessage, encoding: Encoding): Promise<ReceivedRequest> {
    const gzip = isGzip(req);
    const body = await readBody(req, limits.wireBytes, budget);
    try {
      const bytes = gzip ? await inflate(body.parts) : Buffer.concat(body.parts);
      const decode = encoding === 'json' ? decodeOtlpJson : decodeOtlpProtobuf;
      const decoded = decode(bytes, limits, options);
      const unstored = decoded.resources.length === 0 ? NONE : sink.push(decoded.resources, pushSender(req));
      const dropped = add(decoded.dropped, unstored);
      const result = dropped.size === 0 ? 'ok' : 'partial';
      const { slowRequestsDropped } = decoded;
      const stored = decoded.points - total(unstored);
      const request: ReceivedRequest = { encoding, result, stored, dropped, slowRequestsDropped };
      for (const [limit, times] of decoded.reached ?? []) onLimit?.(limit, times);
      report(request, bytes);
      return request;
    } finally {
      body.release();
    }
  }

  function report(request: ReceivedRequest, body?: Uint8Array): void {
    const { encoding, stored, dropped } = request;
    try {
      onRequest?.(request);
      if (body === undefined || encoding === 'other') return;
      const points = stored + total(dropped);
      const unusable = (dropped.get('duplicate_delta') ?? 0) + (dropped.get('invalid_point') ?? 0);
      onAccepted?.(body, encoding, points, points > unusable);
    } catch (error) {
      onError(error);
    }
  }

  const misdirected = oncePerPath(options.onMisdirected);

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const encoding = encodingOf(req);
    try {
      const checked = gate.check(req);
      // Without a turn in between where there is nothing to wait for: what follows a refused request may be no HTTP.
      const refused = checked instanceof Promise ? await checked : checked;
      if (refused !== undefined) {
        for (const [name, value] of Object.entries(refused.headers ?? {})) res.setHeader(name, value);
        throw new RequestError(refused.status, refused.message);
      }
      const refusal = refuse(req, encoding, misdirected);
      if (refusal !== undefined) throw refusal;
      const request = await receive(req, encoding);
      answer(res, 200, encoding, metricsResponse(encoding, total(request.dropped), explain(request)));
    } catch (error) {
      const refusal = error instanceof RequestError ? error : internal(error, onError);
      if (refusal.limit !== undefined) onLimit?.(refusal.limit, 1);
      report({ encoding, result: 'rejected', stored: 0, dropped: NONE });
      answer(res, refusal.status, encoding, statusResponse(encoding, refusal.status, refusal.message));
      discardBody(req, limits.decodedBytes);
    }
  }

  return (req, res) => {
    void serve(req, res).then(onDone);
  };
}

function refuse(
  req: IncomingMessage,
  encoding: Encoding,
  misdirected: (path: string) => void,
): RequestError | undefined {
  const path = requestPath(req.url);
  const otherSignal = OTHER_SIGNALS.get(path);
  if (otherSignal !== undefined) {
    misdirected(path);
    return new RequestError(404, `Outrider takes metrics only: ${otherSignal}.`);
  }
  if (path !== '/v1/metrics') return new RequestError(404, 'There is nothing here: OTLP metrics go to /v1/metrics.');
  if (req.method !== 'POST') return new RequestError(405, 'Metrics are sent with POST.');
  if (encoding === 'other') {
    return new RequestError(415, 'The Content-Type must be application/json or application/x-protobuf.');
  }
  return undefined;
}

function encodingOf(req: IncomingMessage): Encoding {
  const type = req.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json') return 'json';
  return type === 'application/x-protobuf' ? 'protobuf' : 'other';
}

function isGzip(req: IncomingMessage): boolean {
  const coding = req.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (coding === 'gzip') return true;
  if (coding === 'identity' || coding === '') return false;
  throw new RequestError(415, 'The Content-Encoding must be gzip or identity.');
}

function answer(res: ServerResponse, status: number, encoding: Encoding, body: Buffer): void {
  const headers: Record<string, string | number> = {
    'content-type': contentType(encoding),
    'content-length': body.length,
  };
  // An Outrider application tells more than its metrics to whoever answers so. Who is not let in learns no version.
  if (status !== 401 && status !== 403) headers['outrider-sidecar'] = VERSION;
  if (status === 405) headers.allow = 'POST';
  if (status === 415) headers['accept-encoding'] = 'gzip, identity';
  if (status === 503) headers['retry-after'] = 1;
  keepConnection(res);
  res.writeHead(status, headers).end(body);
}

function explain({ stored, dropped }: ReceivedRequest): string {
  const points = total(dropped);
  const reasons = [...dropped].map(([reason, count]) => `${count} ${reason} (${ADVICE[reason]})`);
  return `${points} of ${stored + points} data points dropped: ${reasons.join('; ')}.`;
}

function internal(error: unknown, onError: (error: unknown) => void): RequestError {
  onError(error);
  return new RequestError(500, 'The sidecar failed to store the metrics.', { cause: error });
}

function oncePerPath(tell: ((path: string) => void) | undefined): (path: string) => void {
  const told = new Set<string>();
  return (path) => {
    if (told.has(path)) return;
    told.add(path);
    tell?.(path);
  };
}

function warnOnce(): (error: unknown) => void {
  let warned = false;
  return (error) => {
    if (warned) return;
    warned = true;
    process.emitWarning(error instanceof Error ? error : String(error));
  };
}

function add(
  some: ReadonlyMap<DropReason, number>,
  more: ReadonlyMap<DropReason, number>,
): ReadonlyMap<DropReason, number> {
  const sum = new Map(some);
  for (const [reason, points] of more) if (points > 0) sum.set(reason, (sum.get(reason) ?? 0) + points);
  return sum;
}

function total(counts: ReadonlyMap<DropReason, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
