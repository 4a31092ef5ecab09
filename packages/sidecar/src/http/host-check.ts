import type { IncomingMessage } from 'node:http';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

// A host name, an IPv4 address or a bracketed IPv6 address, then perhaps a port.
const HOST = /^([a-z0-9._-]{1,255}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?$/;

/**
 * Whether a Host header names this machine's loopback or one of the allowed hosts, at any port.
 *
 * A page whose DNS name was rebound to 127.0.0.1 sends its own name here: that is what this refuses.
 *
 * @param allowed names as they stand in the header, without a port; IPv6 addresses in brackets
 * @example isAllowedHost('localhost:4318', []) // true
 */
export function isAllowedHost(header: string | undefined, allowed: readonly string[]): boolean {
  const host = HOST.exec(header?.toLowerCase() ?? '')?.[1];
  if (host === undefined) return false;
  return LOOPBACK.has(host) || allowed.some((name) => name.toLowerCase() === host);
}

/** The Host header of a request; `undefined` if there is none or more than one, which Node would hide. */
export function hostHeader(req: IncomingMessage): string | undefined {
  let host: string | undefined;
  for (let i = 0; i < req.rawHeaders.length; i += 2) {
    if (req.rawHeaders[i]?.toLowerCase() !== 'host') continue;
    if (host !== undefined) return undefined;
    host = req.rawHeaders[i + 1];
  }
  return host;
}
