import { createServer } from 'node:http';
import type { RequestListener, Server, ServerOptions } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, ListenOptions } from 'node:net';
import { OutriderError } from '@outrider/core/errors';
import { formatAddress } from './config/listen-address.ts';
import type { ListenAddress } from './config/listen-address.ts';
import { answerClientErrors } from './http/client-error.ts';
import { limitConnections } from './http/connection-limit.ts';
import { limitHandshakes } from './http/handshake-limit.ts';
import type { TlsServers } from './http/tls-server.ts';
import { httpLimits, serverOptions, tuneServer } from './http/tune-server.ts';
import type { HttpLimits } from './http/tune-server.ts';
import type { LimitName } from './limit-counts.ts';

/** A server that listens. */
export interface Listener {
  /** The base URL, with the port that was found for port 0, or the path of the socket. */
  readonly where: string;
  /** Applies the limits as they are now. */
  tune(): void;
  /** Stops accepting, lets requests in flight end for a second, then ends them. */
  close(): Promise<void>;
}

/** Where to listen, and what a person calls it. */
export interface ListenTarget {
  readonly at: ListenAddress | { readonly path: string };
  /** The key of the configuration that says so. */
  readonly setting: string;
  /** Called when a client speaks HTTP/2, as gRPC does. */
  readonly onHttp2?: () => void;
  /** What it takes from clients at most; asked again by {@link Listener.tune}. @default those of httpLimits */
  readonly limits?: () => HttpLimits;
  /** Called when one of them was reached. */
  readonly onLimit?: (limit: LimitName) => void;
  /** Speaks TLS if given. */
  readonly tls?: TlsServers | undefined;
  /** The headers that every answer has; asked for each. */
  readonly headers?: () => ReadonlyArray<[string, string]>;
}

const GRACE_MS = 1_000;

/**
 * Serves HTTP on a TCP address or a Unix socket.
 *
 * @throws {OutriderError} OUTRIDER_LISTEN that names address, setting and what to do
 */
export async function listen(handler: RequestListener, target: ListenTarget): Promise<Listener> {
  const { at, setting, tls, headers = () => [], limits = () => httpLimits, onLimit } = target;
  const serve: RequestListener = (req, res) => {
    noteConnection(req, res);
    noteRequest(req);
    for (const [name, value] of headers()) res.setHeader(name, value);
    handler(req, res);
  };
  const server = createHttpServer(serverOptions, tls);
  const noteConnection = limitConnections(
    server,
    () => limits().connections,
    () => onLimit?.('connections'),
  );
  if (tls !== undefined) {
    limitHandshakes(
      server,
      () => limits().headerTime,
      () => onLimit?.('headerTime'),
    );
  }
  const noteRequest = answerClientErrors(server, target);
  server.on('request', serve);
  serveExpectations(server, serve);
  tuneServer(server, limits());
  try {
    await listening(server, 'path' in at ? { path: at.path } : { host: at.host, port: at.port });
  } catch (cause) {
    const address = 'path' in at ? at.path : formatAddress(at);
    throw new OutriderError('OUTRIDER_LISTEN', { address, setting, problem: problem(cause, setting) }, { cause });
  }
  const found = server.address() as AddressInfo | string;
  const scheme = tls === undefined ? 'http' : 'https';
  return {
    where:
      typeof found === 'string' ? found : `${scheme}://${formatAddress({ host: found.address, port: found.port })}`,
    tune: () => tuneServer(server, limits()),
    close: () => close(server),
  };
}

function createHttpServer(options: ServerOptions, tls: TlsServers | undefined): Server {
  if (tls === undefined) return createServer(options);
  const server = createSecureServer({ ...options, ...tls.options });
  tls.keep(server);
  return server;
}

/** Asks for the body of a request that waits to be asked (`Expect: 100-continue`) once it is read, so never of one refused. */
function serveExpectations(server: Server, serve: RequestListener): void {
  server.on('checkContinue', (req, res) => {
    req.once('resume', () => {
      if (!res.headersSent) res.writeContinue();
    });
    serve(req, res);
  });
  // Any other expectation may be left out of account (RFC 9110), rather than be answered before the gate was asked.
  server.on('checkExpectation', serve);
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
