import type { IncomingMessage, ServerResponse } from 'node:http';
import { OutriderError, show } from '../errors.ts';
import type { Observer } from '../observer.ts';
import { slowLogSink } from '../slow-log-sink.ts';
import type { SlowLog } from '../slow-log-sink.ts';
import type { SlowLogSink } from '../slow-log.ts';
import { foreignOptionHint } from './foreign-options.ts';
import type { RequestIdTrust } from './request-id.ts';

/** Options of every adapter. Each has a default; a wrong one throws when the middleware is made. */
export interface OutriderOptions<
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
> {
  /** Service name; default OTEL_SERVICE_NAME, else the name in the application's package.json. */
  readonly service?: string;
  /** From how many milliseconds a request is slow. @default 3000 */
  readonly slowMs?: number;
  /** The response-time header; `false` for none. @default { header: 'X-Response-Time', digits: 3 } */
  readonly responseTime?: { readonly header?: string; readonly digits?: number } | false;
  /** The request-id header; `false` for none. @default { header: 'X-Request-ID', trust: 'valid' } */
  readonly requestId?:
    | { readonly header?: string; readonly trust?: RequestIdTrust<Request>; readonly generator?: () => string }
    | false;
  /** Whether to add `Server-Timing: total;dur=12.3`. @default false */
  readonly serverTiming?: boolean;
  /**
   * Whether to tell of slow requests, and in `Server-Timing`, where the time went: waits for pools, queries, outgoing
   * calls, a blocked event loop, the rest. It costs every request some microseconds. @default false
   */
  readonly attribution?: boolean;
  /** Requests that are not measured: paths (exact), patterns for the path, or a function. */
  readonly exclude?: ReadonlyArray<string | RegExp> | ((request: Request) => boolean);
  /**
   * Requests whose time is a lifetime and no latency, such as long polls: paths (exact), patterns for the path, or a
   * function. Event streams and upgrades are known without it.
   */
  readonly streams?: ReadonlyArray<string | RegExp> | ((request: Request) => boolean);
  /** A route of your own for the request; undefined leaves it to the router. Must be of low cardinality. */
  readonly route?: (request: Request) => string | undefined;
  /** Labels of your own on the histograms of requests. Must be of low cardinality, eight at the most. */
  readonly labels?: (request: Request, response: Response) => Readonly<Record<string, string | number | boolean>>;
  /** Bucket bounds of the latency histogram in seconds, ascending; they hold for the whole process. */
  readonly buckets?: readonly number[];
  /** Takes the slow log: a function, a pino or a winston logger; default one JSON object a line on stderr. */
  readonly log?: SlowLog;
  /** The observer to report to. @default getObserver(), one for the process */
  readonly observer?: Observer;
}

/** The name of a header, as it is written and in lower case. */
export interface HeaderName {
  readonly header: string;
  readonly key: string;
}

/** The options of an adapter with every default filled in. */
export interface Settings {
  readonly slowSeconds: number;
  readonly responseTime: (HeaderName & { readonly digits: number }) | undefined;
  readonly requestId:
    | (HeaderName & { readonly trust: RequestIdTrust; readonly generator: (() => string) | undefined })
    | undefined;
  readonly serverTiming: boolean;
  readonly attribution: boolean;
  readonly exclude: ((request: IncomingMessage) => boolean) | undefined;
  readonly streams: ((request: IncomingMessage) => boolean) | undefined;
  readonly route: ((request: IncomingMessage) => string | undefined) | undefined;
  readonly labels:
    | ((request: IncomingMessage, response: ServerResponse) => Readonly<Record<string, string | number | boolean>>)
    | undefined;
  readonly log: SlowLogSink;
}

const KNOWN = [
  'service', 'slowMs', 'responseTime', 'requestId', 'serverTiming', 'attribution', 'exclude', 'streams', 'route', 'labels', 'buckets', 'log', 'observer',
] as const; // oxfmt-ignore

/**
 * Checks the options of an adapter and fills in the defaults.
 *
 * @throws {OutriderError} OUTRIDER_OPTION, OUTRIDER_UNKNOWN_OPTION: naming the option
 */
export function checkOptions(options: OutriderOptions): Settings {
  if (!isObject(options)) throw wrong('options', options, 'an object');
  checkKeys('', options, KNOWN);
  const { slowMs = 3000, serverTiming = false, attribution = false } = options;
  check(options.service === undefined || isText(options.service), 'service', options.service, 'a text');
  check(isNumber(slowMs) && slowMs >= 0, 'slowMs', slowMs, 'milliseconds, 0 or more');
  check(typeof serverTiming === 'boolean', 'serverTiming', serverTiming, 'true or false');
  check(typeof attribution === 'boolean', 'attribution', attribution, 'true or false');
  for (const name of ['route', 'labels'] as const) {
    check(options[name] === undefined || typeof options[name] === 'function', name, options[name], 'a function');
  }
  checkBuckets(options.buckets);
  const observes = options.observer === undefined || typeof options.observer?.configure === 'function';
  check(observes, 'observer', options.observer, 'an Observer');
  return {
    slowSeconds: slowMs / 1000,
    serverTiming,
    attribution,
    responseTime: responseTime(options.responseTime),
    requestId: requestId(options.requestId),
    exclude: requestMatcher('exclude', options.exclude),
    streams: requestMatcher('streams', options.streams),
    route: options.route,
    labels: options.labels,
    log: slowLogSink(options.log),
  };
}

function responseTime(option: OutriderOptions['responseTime']): Settings['responseTime'] {
  if (option === false) return undefined;
  check(option === undefined || isObject(option), 'responseTime', option, '{ header, digits } or false');
  checkKeys('responseTime.', option ?? {}, ['header', 'digits']);
  const { header = 'X-Response-Time', digits = 3 } = option ?? {};
  check(isHeaderName(header), 'responseTime.header', header, 'the name of a header');
  check(
    Number.isInteger(digits) && digits >= 0 && digits <= 9,
    'responseTime.digits',
    digits,
    'a whole number, 0 to 9',
  );
  return { header, key: header.toLowerCase(), digits };
}

function requestId(option: OutriderOptions['requestId']): Settings['requestId'] {
  if (option === false) return undefined;
  check(option === undefined || isObject(option), 'requestId', option, '{ header, trust, generator } or false');
  checkKeys('requestId.', option ?? {}, ['header', 'trust', 'generator']);
  const { header = 'X-Request-ID', trust = 'valid', generator } = option ?? {};
  check(isHeaderName(header), 'requestId.header', header, 'the name of a header');
  const trusts = trust === 'valid' || trust === 'never' || typeof trust === 'function';
  check(trusts, 'requestId.trust', trust, "'valid', 'never' or a function");
  check(generator === undefined || typeof generator === 'function', 'requestId.generator', generator, 'a function');
  return { header, key: header.toLowerCase(), trust, generator };
}

function requestMatcher(name: string, option: OutriderOptions['exclude']): Settings['exclude'] {
  if (option === undefined || typeof option === 'function') return option;
  const listed = Array.isArray(option) && option.every((entry) => typeof entry === 'string' || entry instanceof RegExp);
  check(listed, name, option, 'a list of paths and patterns, or a function');
  const paths = new Set(option.filter((entry) => typeof entry === 'string'));
  // A pattern with the g or y flag remembers where it stopped, and would miss every other request.
  const patterns = option
    .filter((entry) => entry instanceof RegExp)
    .map((entry) => new RegExp(entry.source, entry.flags.replace(/[gy]/g, '')));
  return (request) => {
    const path = pathOf(request);
    return paths.has(path) || patterns.some((pattern) => pattern.test(path));
  };
}

function pathOf(request: IncomingMessage): string {
  // Express rewrites url below a mount and keeps the original here.
  const url = (request as { originalUrl?: string }).originalUrl ?? request.url ?? '';
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

function checkBuckets(buckets: unknown): void {
  const fits =
    buckets === undefined ||
    (Array.isArray(buckets) &&
      buckets.length > 0 &&
      buckets.length <= 64 &&
      buckets.every((bound, at) => isNumber(bound) && bound > (at === 0 ? 0 : buckets[at - 1])));
  check(fits, 'buckets', buckets, '1 to 64 ascending numbers of seconds, above 0');
}

function check(fits: boolean, option: string, value: unknown, expected: string): void {
  if (!fits) throw wrong(option, value, expected);
}

function wrong(option: string, value: unknown, expected: string): OutriderError {
  return new OutriderError('OUTRIDER_OPTION', { option, value: show(value), expected });
}

// A misspelt name would otherwise be a default that nobody asked for.
function checkKeys(prefix: string, given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const near = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    const advice = near === undefined ? foreignOptionHint(name) : `did you mean ${prefix}${near}?`;
    const hint = advice === undefined ? '' : ` (${advice})`;
    throw new OutriderError('OUTRIDER_UNKNOWN_OPTION', { option: prefix + name, hint, known: known.join(', ') });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

// Headers that say how the message is to be read: a time in their place would spoil it.
const FRAMING = new Set(['connection', 'content-length', 'content-type', 'set-cookie', 'transfer-encoding']);

// RFC 9110, token.
function isHeaderName(value: unknown): value is string {
  return typeof value === 'string' && /^[!#$%&'*+\-.^_`|~\w]+$/.test(value) && !FRAMING.has(value.toLowerCase());
}
