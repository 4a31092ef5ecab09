import { validateHeaderName, validateHeaderValue } from 'node:http';
import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { findDefaultSocket } from '../socket-path.ts';
import { warnOnce } from '../warn.ts';

/** Where a push goes. */
export interface PushTarget {
  /** For people: a path or a URL without credentials. */
  readonly name: string;
  /** Whether it is spoken to over TLS. */
  readonly secure: boolean;
  /** Where it listens, as `node:http` has it. */
  readonly address: { readonly socketPath: string } | { readonly host: string; readonly port: number };
  /** The value of the Host header. */
  readonly host: string;
  /** The target of the request, path and query. */
  readonly path: string;
  /** The Authorization header that the URL's credentials amount to. */
  readonly authorization: string | undefined;
  /** Starts to connect. */
  connect(): Socket;
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

function socketTarget(path: string): PushTarget {
  return {
    name: path,
    secure: false,
    address: { socketPath: path },
    host: 'localhost',
    path: METRICS_PATH,
    authorization: undefined,
    connect: () => connect({ path }),
  };
}

function urlTarget(url: URL): PushTarget {
  const secure = url.protocol === 'https:';
  // An IPv6 address stands in brackets in a URL, and without them everywhere else.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (secure ? 443 : 80);
  return {
    name: `${url.protocol}//${url.host}${url.pathname}`,
    secure,
    address: { host, port },
    host: url.host,
    path: url.pathname + url.search,
    authorization: authorizationOf(url),
    connect: () => {
      // Head and body are written apart: the one must not wait for the other's acknowledgement.
      if (!secure) return connect({ host, port, noDelay: true });
      // A name is asked of the certificate; an address cannot be (RFC 6066).
      return connectSecure({
        host,
        port,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ALPNProtocols: ['http/1.1'],
      }).setNoDelay(true);
    },
  };
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

// A percent sign that begins no code stands for itself.
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The headers of OTEL_EXPORTER_OTLP_HEADERS: `key=value` pairs with percent-encoded values, separated by commas. */
export function pushHeaders(environment: PushEnvironment): Record<string, string> {
  const headers: Record<string, string> = {};
  const given = environment['OTEL_EXPORTER_OTLP_METRICS_HEADERS'] || environment['OTEL_EXPORTER_OTLP_HEADERS'] || '';
  for (const pair of given.split(',')) {
    const equals = pair.indexOf('=');
    if (equals < 1) continue;
    try {
      const name = pair.slice(0, equals).trim();
      const value = decodeURIComponent(pair.slice(equals + 1).trim());
      validateHeaderName(name);
      validateHeaderValue(name, value);
      headers[name.toLowerCase()] = value;
    } catch {
      // What is not percent-encoded text, or not fit for a header, cannot be sent.
    }
  }
  return headers;
}

/** The headers of a request to a target; `given` are those of {@link pushHeaders}. */
export function requestHeaders(
  { host, authorization }: PushTarget,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  return { host, ...(authorization && { authorization }), ...given, 'content-type': 'application/json' };
}
