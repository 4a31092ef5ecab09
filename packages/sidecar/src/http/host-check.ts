import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { formatHost } from '../config/listen-address.ts';
import { singleHeader } from './single-header.ts';

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
  const meant = canonical(host);
  return LOOPBACK.has(meant) || allowed.some((name) => canonical(name.toLowerCase()) === meant);
}

/**
 * The address that a request came in at, as a Host header has it. Whoever writes it there knows the address: a name
 * that was rebound never looks like one. Pods are scraped by it.
 */
export function localHost({ socket }: IncomingMessage): readonly string[] {
  // An IPv4 address of a listener for both families has a prefix, a link-local one its interface.
  const address = socket.localAddress?.replace(/^::ffff:(?=[\d.]+$)|%.*$/g, '') ?? '';
  return isIP(address) === 0 ? [] : [formatHost(address)];
}

/** The Host header of a request; `undefined` if there is none or more than one, which Node.js would hide. */
export function hostHeader(req: IncomingMessage): string | undefined {
  return singleHeader(req, 'host');
}

/** One spelling for each IPv6 address. */
function canonical(host: string): string {
  return host.startsWith('[') ? (URL.parse(`http://${host}`)?.hostname ?? host) : host;
}
