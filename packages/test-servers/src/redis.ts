import { findProgram } from './programs.ts';
import { freePort, startServer, temporaryFolder } from './server.ts';
import type { TestServer } from './server.ts';

/** How a Redis differs from an empty one without access control. */
export interface RedisOptions {
  /** The port to listen on. @default a free one */
  readonly port?: number;
  /** Paths of a certificate and its key: TLS only, and clients need no certificate. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** Further arguments, for example `--requirepass`. */
  readonly args?: readonly string[];
}

/** Starts an empty Redis that writes nothing to disk. */
export async function startRedis({ port: given, tls, args = [] }: RedisOptions = {}): Promise<TestServer> {
  const folder = await temporaryFolder('redis', undefined);
  const port = given ?? (await freePort());
  // oxfmt-ignore
  const listen = tls === undefined
    ? ['--port', String(port)]
    : ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no',
       '--tls-cert-file', tls.certFile, '--tls-key-file', tls.keyFile, '--tls-ca-cert-file', tls.certFile];
  return startServer({
    command: findProgram('redis-server'),
    args: [...listen, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder, ...args],
    folder,
    port,
    url: `redis${tls === undefined ? '' : 's'}://127.0.0.1:${port}`,
    ready: 'Ready to accept connections',
  });
}
