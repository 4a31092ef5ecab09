import type { IncomingMessage } from 'node:http';
import { isCrossSite } from './cross-site.ts';
import { hostHeader, isAllowedHost } from './host-check.ts';

/** Why a request is not let in. */
export type RefusalReason = 'unauthorized' | 'foreign_host' | 'foreign_origin' | 'busy';

/** A request that is not let in, and what to answer; the message is for the client, so it holds no secret. */
export interface Refusal {
  readonly status: 401 | 403 | 503;
  readonly reason: RefusalReason;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Stands before every route of a listener. */
export interface Gate {
  /** What to refuse the request with; undefined lets it in. */
  check(req: IncomingMessage): Promise<Refusal | undefined> | Refusal | undefined;
}

export interface GateOptions {
  /** Hosts besides loopback that a request may name. */
  readonly allowedHosts: readonly string[];
  /** Told of each request that is refused. */
  readonly onRefused?: (reason: RefusalReason) => void;
}

/** The gate of a TCP listener. */
export function createGate({ allowedHosts, onRefused }: GateOptions): Gate {
  const refusalOf = (req: IncomingMessage): Refusal | undefined => {
    if (!isAllowedHost(hostHeader(req), allowedHosts)) {
      const message = 'This Host is not allowed: use localhost, or list the name in allowedHosts.';
      return { status: 403, reason: 'foreign_host', message };
    }
    if (isCrossSite(req)) {
      return {
        status: 403,
        reason: 'foreign_origin',
        message: 'Requests of web pages of other sites are not allowed.',
      };
    }
    return undefined;
  };
  return {
    check(req) {
      const refusal = refusalOf(req);
      if (refusal !== undefined) onRefused?.(refusal.reason);
      return refusal;
    },
  };
}

/** The gate of a Unix socket, where the mode of the file says who may connect: it refuses web pages only. */
export const socketGate: Gate = {
  check: (req) =>
    isCrossSite(req)
      ? { status: 403, reason: 'foreign_origin', message: 'Requests of web pages are not allowed.' }
      : undefined,
};
