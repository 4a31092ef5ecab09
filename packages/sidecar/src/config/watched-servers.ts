import type { Secret } from './secret.ts';

/** The kinds of servers that can be watched. */
export const SYSTEMS = ['redis', 'postgresql', 'pgbouncer', 'memcached'] as const;

/** A kind of server. */
export type System = (typeof SYSTEMS)[number];

/** How a connection is encrypted. */
export interface ClientTls {
  /** Path of the certificates to trust, in PEM; those of Node.js by default. */
  readonly caFile?: string;
  /** Paths of a certificate and its key to show, in PEM. */
  readonly certFile?: string;
  readonly keyFile?: string;
  /** The name that the other side's certificate must have; the host by default. */
  readonly serverName?: string;
  /** false: any certificate will do. */
  readonly verify: boolean;
}

/** A server beside the application that the sidecar looks at. */
export interface WatchedServer {
  readonly system: System;
  readonly address: { readonly host: string; readonly port: number } | { readonly path: string };
  readonly user?: string;
  readonly password?: Secret;
  /** The database to connect to. */
  readonly database?: string;
  readonly tls?: ClientTls;
  /** Milliseconds that one look may take. */
  readonly timeoutMs: number;
}

/** What metrics and the log call a server: `redis/127.0.0.1:6379`. */
export function serverName({ system, address }: WatchedServer): string {
  if ('path' in address) return `${system}/${address.path}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${system}/${host}:${address.port}`;
}

/** The attributes of a server's metrics; a Unix socket is an address without a port. */
export function serverAttributes({ address }: WatchedServer): Readonly<Record<string, string>> {
  if ('path' in address) return { 'server.address': address.path };
  return { 'server.address': address.host, 'server.port': String(address.port) };
}

/**
 * Reads the servers to watch: URLs separated by commas, `none`, a mapping, or a list of mappings and URLs.
 *
 * @throws {Error} that says in which entry and key what is wrong, and shows nothing that could be a secret
 * @example parseWatchedServers('redis://127.0.0.1:6379, postgres://outrider@127.0.0.1/shop')
 */
export function parseWatchedServers(given: unknown): readonly WatchedServer[] {
  if (given === 'none' || given === false || given === null) return [];
  throw new Error('cannot be read yet');
}
