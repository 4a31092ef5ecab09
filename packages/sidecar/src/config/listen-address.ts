import { BlockList, isIPv6, isIP } from 'node:net';

/** A TCP address to listen on; port 0 is any free port. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/**
 * Reads `host:port`, `[v6]:port` or `localhost:port`.
 *
 * @throws {Error} that says what is wrong
 */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([^\]%]*)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw new Error('is not an address of the form 127.0.0.1:4318');
  const host = match[1] ?? match[2] ?? '';
  if (host === '') throw new Error('names no host: write 127.0.0.1 before the port, or 0.0.0.0 for all addresses');
  // A resolver could send localhost anywhere; the word is taken for what it means.
  if (host.toLowerCase() === 'localhost') return { host: '127.0.0.1', port };
  if (isIP(host) === 0) throw new Error('names a host: only localhost or an IP address can be listened on');
  return { host, port };
}

/** Whether only this machine can connect there: 127.0.0.0/8 and ::1. */
export function isLoopback({ host }: ListenAddress): boolean {
  return loopback.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}

/** Writes an address as a URL has it. */
export function formatAddress({ host, port }: ListenAddress): string {
  return `${formatHost(host)}:${port}`;
}

/** Writes a host as a URL and the Host header have it: an IPv6 address in brackets. */
export function formatHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
