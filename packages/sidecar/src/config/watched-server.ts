import type { ClientTls } from './client-tls.ts';
import type { Secret } from './secret.ts';

/** The kinds of servers that can be watched. */
export const SYSTEMS = ['redis', 'postgresql', 'pgbouncer', 'memcached'] as const;

/** A kind of server. */
export type System = (typeof SYSTEMS)[number];

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
