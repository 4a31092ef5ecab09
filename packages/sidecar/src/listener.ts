import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo, ListenOptions } from 'node:net';
import { OutriderError } from '@outrider/core/errors';
import { formatAddress } from './config/listen-address.ts';
import type { ListenAddress } from './config/listen-address.ts';
import { answerClientErrors } from './http/client-error.ts';
import { serverOptions, tuneServer } from './http/tune-server.ts';

/** A server that listens. */
export interface Listener {
  /** The base URL, with the port that was found for port 0, or the path of the socket. */
  readonly where: string;
  /** Stops accepting, lets requests in flight end for two seconds, then ends them. */
  close(): Promise<void>;
}

/** Where to listen, and what a person calls it. */
export interface ListenTarget {
  readonly at: ListenAddress | { readonly path: string };
  /** The key of the configuration that says so. */
  readonly setting: string;
  /** Called when a client speaks HTTP/2, as gRPC does. */
  readonly onHttp2?: () => void;
}

const GRACE_MS = 2_000;

/**
 * Serves HTTP on a TCP address or a Unix socket.
 *
 * @throws {OutriderError} OUTRIDER_LISTEN that names address, setting and what to do
 */
export async function listen(handler: RequestListener, { at, setting, onHttp2 }: ListenTarget): Promise<Listener> {
  const server = createServer(serverOptions, handler);
  tuneServer(server);
  if (onHttp2 !== undefined) answerClientErrors(server, onHttp2);
  try {
    await listening(server, 'path' in at ? { path: at.path } : { host: at.host, port: at.port });
  } catch (cause) {
    const address = 'path' in at ? at.path : formatAddress(at);
    throw new OutriderError('OUTRIDER_LISTEN', { address, setting, problem: problem(cause, setting) }, { cause });
  }
  const found = server.address() as AddressInfo | string;
  return {
    where: typeof found === 'string' ? found : `http://${formatAddress({ host: found.address, port: found.port })}`,
    close: () => close(server),
  };
}

function listening(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    server.close(() => {
      clearTimeout(impatience);
      resolve();
    });
  });
}

function problem(cause: unknown, setting: string): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return `another process listens there; stop it, or give ${setting} another value`;
    case 'EADDRNOTAVAIL':
      return 'this machine has no such address';
    case 'EACCES':
      return 'this user may not listen there';
    default:
      return message;
  }
}
