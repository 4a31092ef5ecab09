import type { SlowRequest, TimeParts } from '../slow-request.ts';
import { cutText } from './attribute-text.ts';
import { reach } from './counted-limits.ts';
import type { CountedLimits } from './counted-limits.ts';
import type { Decoded, SlowRequestDropReason } from './decoded.ts';
import type { JsonObject } from './json-fields.ts';
import { isAbsent, isObject } from './json-fields.ts';

const MAX_TEXT = 255;
const MAX_ROUTE = 1024;

/**
 * Adds the slow requests that an Outrider application sends along with its metrics: a list under the name
 * `outriderSlowRequests`, which no other receiver minds, since unknown fields of OTLP/JSON have to be ignored
 * (OTLP 1, JSON Protobuf Encoding). Nothing about them makes a request fail: what is wrong is counted and left out.
 */
export function withSlowRequests(decoded: Decoded, sent: unknown, limits: CountedLimits): Decoded {
  if (isAbsent(sent)) return decoded;
  const [process, another] = decoded.resources;
  if (!Array.isArray(sent) || process === undefined || another !== undefined) {
    const count = Array.isArray(sent) ? sent.length : 1;
    return { ...decoded, slowRequestsDropped: new Map([['invalid_slow_request', count]]) };
  }
  const { slowRequests, dropped } = read(sent, limits);
  const { reached } = limits;
  return {
    ...decoded,
    resources: [{ ...process, slowRequests }],
    slowRequestsDropped: dropped,
    ...(reached.size > 0 && { reached }),
  };
}

function read(
  sent: readonly unknown[],
  limits: CountedLimits,
): {
  readonly slowRequests: readonly SlowRequest[];
  readonly dropped: ReadonlyMap<SlowRequestDropReason, number>;
} {
  const slowRequests: SlowRequest[] = [];
  let invalid = 0;
  let bytes = 0;
  let looked = 0;
  for (const from of sent.slice(0, limits.slowRequests)) {
    const slowRequest = isObject(from) ? slowRequestOf(from) : undefined;
    if (slowRequest === undefined) invalid += 1;
    else {
      bytes += Buffer.byteLength(JSON.stringify(slowRequest));
      if (bytes > limits.slowRequestBytes) {
        reach(limits, 'slowRequestBytes');
        break;
      }
      slowRequests.push(slowRequest);
    }
    looked += 1;
  }
  const dropped = new Map<SlowRequestDropReason, number>();
  if (invalid > 0) dropped.set('invalid_slow_request', invalid);
  if (sent.length > limits.slowRequests) reach(limits, 'slowRequests');
  if (looked < sent.length) dropped.set('too_many_slow_requests', sent.length - looked);
  return { slowRequests, dropped };
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;

/** Undefined if a field is of the wrong kind, or one that every slow request has is missing. */
function slowRequestOf(from: JsonObject): SlowRequest | undefined {
  const { time, method, route, outcome, status, duration_ms, first_byte_ms, request_id, trace_id, span_id, parts } =
    from;
  if (typeof time !== 'string' || !TIME.test(time) || Number.isNaN(Date.parse(time))) return undefined;
  if (!isName(method) || !isName(route) || !isName(outcome) || !isMilliseconds(duration_ms)) return undefined;
  if (!isAbsent(status) && !isStatus(status)) return undefined;
  if (!isAbsent(first_byte_ms) && !isMilliseconds(first_byte_ms)) return undefined;
  if (!isAbsent(request_id) && !isName(request_id)) return undefined;
  if (!isAbsent(trace_id) && !isId(trace_id, TRACE_ID)) return undefined;
  if (!isAbsent(span_id) && !isId(span_id, SPAN_ID)) return undefined;
  if (!isAbsent(parts) && !isParts(parts)) return undefined;
  return {
    time,
    method: cutText(method, MAX_TEXT),
    route: cutText(route, MAX_ROUTE),
    status: status ?? undefined,
    outcome: cutText(outcome, MAX_TEXT),
    duration_ms,
    first_byte_ms: first_byte_ms ?? undefined,
    request_id: isAbsent(request_id) ? undefined : cutText(request_id, MAX_TEXT),
    trace_id: trace_id ?? undefined,
    span_id: span_id ?? undefined,
    parts: isAbsent(parts) ? undefined : knownParts(parts),
  };
}

const PARTS = ['pool_wait_ms', 'queries_ms', 'outgoing_ms', 'event_loop_ms', 'rest_ms'] as const;

function isParts(value: unknown): value is TimeParts {
  return isObject(value) && PARTS.every((part) => isMilliseconds(value[part]));
}

// Nothing that was sent beside them is kept.
function knownParts({ pool_wait_ms, queries_ms, outgoing_ms, event_loop_ms, rest_ms }: TimeParts): TimeParts {
  return { pool_wait_ms, queries_ms, outgoing_ms, event_loop_ms, rest_ms };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isMilliseconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 999;
}

function isId(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value);
}
