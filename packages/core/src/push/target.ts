import { request as requestHttp } from 'node:http';
import type { Agent, ClientRequest } from 'node:http';
import { request as requestHttps } from 'node:https';
import { findDefaultSocket } from '../socket-path.ts';
import { warnOnce } from '../warn.ts';

/** What a push asks for; the target knows the rest. */
export interface PushRequest {
  readonly method: 'POST';
  readonly agent: Agent;
  readonly headers: Record<string, string>;
}

/** Where a push goes. */
export interface PushTarget {
  /** For people: a path or a URL without credentials. */
  readonly name: string;
  /** Whether it is spoken to over TLS. */
  readonly secure: boolean;
  /** Starts the request; the caller writes the body. */
  open(options: PushRequest): ClientRequest;
}

/** Settings of the standard environment that say where to push. */
export type PushEnvironment = Readonly<Record<string, string | undefined>>;

const METRICS_PATH = '/v1/metrics';

/**
 * Where to push to now, first to last: the socket named in OUTRIDER_SOCKET, the endpoint named in
 * OTEL_EXPORTER_OTLP_METRICS_ENDPOINT or OTEL_EXPORTER_OTLP_ENDPOINT, or, where nothing is named, the default socket if
 * there is one and then loopback TCP 4318. What is named is the only target: nothing is pushed elsewhere behind
 * its back. Asked anew at every push, because a sidecar may start after the application.
 */
export function pushTargets(environment: PushEnvironment): PushTarget[] {
  const { OUTRIDER_SOCKET: socket } = environment;
  if (socket) return [socketTarget(socket)];
  const { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: metrics, OTEL_EXPORTER_OTLP_ENDPOINT: base } = environment;
  if (metrics || base) return namedEndpoint(metrics, base);
  const found = findDefaultSocket();
  const loopback = urlTarget(new URL('http://127.0.0.1:4318/v1/metrics'));
  return found === undefined ? [loopback] : [socketTarget(found), loopback];
}

function namedEndpoint(metrics: string | undefined, base: string | undefined): PushTarget[] {
  const url = URL.parse(metrics || base || '');
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    const name = metrics ? 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT' : 'OTEL_EXPORTER_OTLP_ENDPOINT';
    warnOnce(`${name} is no http or https URL: metrics are not pushed`);
    return [];
  }
  // By the OTLP exporter's specification the general endpoint is a base, the metrics endpoint is used as it stands.
  if (!metrics) url.pathname = url.pathname.replace(/\/?$/, METRICS_PATH);
  return [urlTarget(url)];
}

function socketTarget(socketPath: string): PushTarget {
  return {
    name: socketPath,
    secure: false,
    open: (options) =>
      requestHttp({ ...options, socketPath, path: METRICS_PATH, headers: { ...options.headers, host: 'localhost' } }),
  };
}

function urlTarget(url: URL): PushTarget {
  const secure = url.protocol === 'https:';
  const request = secure ? requestHttps : requestHttp;
  return { name: `${url.protocol}//${url.host}${url.pathname}`, secure, open: (options) => request(url, options) };
}

/** The headers of OTEL_EXPORTER_OTLP_HEADERS: `key=value` pairs with percent-encoded values, separated by commas. */
export function pushHeaders(environment: PushEnvironment): Record<string, string> {
  const headers: Record<string, string> = {};
  const given = environment['OTEL_EXPORTER_OTLP_METRICS_HEADERS'] || environment['OTEL_EXPORTER_OTLP_HEADERS'] || '';
  for (const pair of given.split(',')) {
    const equals = pair.indexOf('=');
    if (equals < 1) continue;
    try {
      headers[pair.slice(0, equals).trim()] = decodeURIComponent(pair.slice(equals + 1).trim());
    } catch {
      // A value that is not percent-encoded text cannot be sent.
    }
  }
  return headers;
}
