import type { IncomingMessage } from 'node:http';
import type { Credentials } from './credentials.ts';
import { allowedOrigin, isCrossSite } from './cross-site.ts';
import { hostHeader, isAllowedHost, localHost } from './host-check.ts';
import type { Verdict } from './passwords.ts';
import { singleHeader } from './single-header.ts';

/** Why a request is not let in. */
export type RefusalReason = 'unauthorized' | 'foreign_host' | 'foreign_origin' | 'busy';

/** A request that the gate answers itself, and how; the message is for the client, so it holds no secret. */
export interface Refusal {
  readonly status: 204 | 401 | 403 | 429 | 503;
  /** None where a browser asks whether it may ask, and may. */
  readonly reason?: RefusalReason;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Stands before every route of a listener. */
export interface Gate {
  /** What to refuse the request with; undefined lets it in. */
  check(req: IncomingMessage): Promise<Refusal | undefined> | Refusal | undefined;
  /** Headers of the answer, whatever it is, that let web pages of other origins read it; undefined where none may. */
  headers?(req: IncomingMessage): Readonly<Record<string, string>> | undefined;
}

/** The gate of a TCP listener. */
export interface ListenerGate extends Gate {
  /** Whether a request that is being answered still would be let in; counts nothing, also not against a rate limit. */
  admits(req: IncomingMessage): Promise<boolean>;
}

export interface GateOptions {
  /** Hosts besides loopback, and the address that a request came in at, that it may name. */
  readonly allowedHosts: readonly string[];
  /** Origins of web pages that may read. */
  readonly allowedOrigins?: readonly string[];
  /** Asks who is calling; without it, everybody may. */
  readonly credentials?: Credentials | undefined;
  /** Says whether one more request is one too many. */
  readonly rateLimiter?: { allow(): boolean } | undefined;
  /** Told of each request that is refused. */
  readonly onRefused?: (reason: RefusalReason) => void;
}

const BUSY_SECONDS = '1';

/**
 * The gate of a TCP listener. It looks at nothing but where a request comes from and what it shows: not at its method,
 * path or body, so that no route can be forgotten. Answers are in the same turn unless a password has to be compared.
 */
export function createGate(options: GateOptions): ListenerGate {
  const { allowedHosts, allowedOrigins = [], credentials, rateLimiter, onRefused } = options;

  const foreign = (req: IncomingMessage): Refusal | undefined => {
    if (!isAllowedHost(hostHeader(req), [...localHost(req), ...allowedHosts])) {
      const message = 'This Host is not allowed: use localhost, or list the name in allowedHosts.';
      return { status: 403, reason: 'foreign_host', message };
    }
    if (isCrossSite(req, allowedOrigins)) {
      const message = 'Requests of web pages of other sites are not allowed.';
      return { status: 403, reason: 'foreign_origin', message };
    }
    return undefined;
  };

  const beforeCredentials = (req: IncomingMessage): Refusal | undefined => {
    const refusal = foreign(req);
    if (refusal !== undefined) return refusal;
    if (isPreflight(req) && allowedOrigin(req, allowedOrigins) !== undefined) return PREFLIGHT;
    if (rateLimiter?.allow() === false) {
      const message = 'Requests come too often.';
      return { status: 429, reason: 'busy', message, headers: { 'Retry-After': BUSY_SECONDS } };
    }
    return undefined;
  };

  const verdictOn = (req: IncomingMessage): Verdict | Promise<Verdict> =>
    credentials?.check(singleHeader(req, 'authorization'), req.socket.remoteAddress) ?? 'right';

  const refusalOf = (verdict: Verdict): Refusal | undefined => {
    if (verdict === 'right') return undefined;
    if (verdict === 'busy') {
      const message = 'Too many wait to be let in.';
      return { status: 503, reason: 'busy', message, headers: { 'Retry-After': BUSY_SECONDS } };
    }
    const headers = { 'WWW-Authenticate': credentials?.challenge ?? '' };
    return { status: 401, reason: 'unauthorized', message: 'Unauthorized.', headers };
  };

  const counted = (refusal: Refusal | undefined): Refusal | undefined => {
    if (refusal?.reason !== undefined) onRefused?.(refusal.reason);
    return refusal;
  };

  return {
    check(req) {
      const refusal = beforeCredentials(req);
      if (refusal !== undefined) return counted(refusal);
      const verdict = verdictOn(req);
      if (verdict instanceof Promise) return verdict.then((found) => counted(refusalOf(found)));
      return counted(refusalOf(verdict));
    },
    async admits(req) {
      return foreign(req) === undefined && (await verdictOn(req)) === 'right';
    },
    headers(req) {
      if (allowedOrigins.length === 0) return undefined;
      const origin = allowedOrigin(req, allowedOrigins);
      return { Vary: 'Origin', ...(origin === undefined ? {} : { 'Access-Control-Allow-Origin': origin }) };
    },
  };
}

/** What a browser asks before it sends a header that a form could not, without credentials (Fetch standard, CORS). */
function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

const PREFLIGHT: Refusal = {
  status: 204,
  message: '',
  headers: {
    'Access-Control-Allow-Methods': 'GET, HEAD',
    'Access-Control-Allow-Headers': 'Authorization',
    'Access-Control-Max-Age': '600',
  },
};

/** The gate of a Unix socket, where the mode of the file says who may connect: it refuses web pages only. */
export const socketGate: Gate = {
  check: (req) =>
    isCrossSite(req)
      ? { status: 403, reason: 'foreign_origin', message: 'Requests of web pages are not allowed.' }
      : undefined,
};
