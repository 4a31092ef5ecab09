import { stat } from 'node:fs/promises';
import type { Socket } from 'node:net';
import type { Server, ServerOptions } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { readTlsMaterial } from '../config/tls-material.ts';
import type { TlsConfig } from '../config/tls-config.ts';
import type { Logger } from '../logger.ts';
import { isClientAllowed } from './client-certificate.ts';

const LOOK_MS = 10_000;

/** What a server that speaks TLS is made with. */
export type TlsServerOptions = Pick<
  ServerOptions,
  'cert' | 'key' | 'ca' | 'requestCert' | 'rejectUnauthorized' | keyof TlsConfig['options']
>;

/**
 * Certificates of servers: looks every ten seconds whether their files have changed, and has the servers use the new ones
 * from the next connection on. What cannot be used is said once, and what was there stays. Where it is another matter
 * which clients are let in, connections of before are ended: they would never be asked again.
 */
export class TlsServers {
  #config: TlsConfig;
  #options: TlsServerOptions;
  readonly #log: Logger;
  readonly #servers = new Set<Server>();
  readonly #connections = new Set<Socket>();
  readonly #lookMs: number;
  #timer: NodeJS.Timeout | undefined;
  #seen: string | undefined;

  /** @throws {OutriderError} OUTRIDER_CONFIG if a certificate or key cannot be used */
  constructor(config: TlsConfig, log: Logger, lookMs: number = LOOK_MS) {
    this.#config = config;
    this.#options = optionsOf(config);
    this.#log = log;
    this.#lookMs = lookMs;
  }

  /** What a server is to be made with now. */
  get options(): TlsServerOptions {
    return this.#options;
  }

  /** Keeps a server that was made with {@link options} up to date, and its clients to those that are allowed, until it closes. */
  keep(server: Server): void {
    this.#servers.add(server);
    // Before the listener that serves requests.
    server.prependListener('secureConnection', (socket: TLSSocket) => {
      if (!isClientAllowed(socket, this.#config)) socket.destroy();
    });
    server.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    server.on('close', () => {
      this.#servers.delete(server);
      if (this.#servers.size === 0) clearInterval(this.#timer);
      if (this.#servers.size === 0) this.#timer = undefined;
    });
    this.#timer ??= setInterval(() => void this.#look(), this.#lookMs).unref();
  }

  /**
   * Reads another configuration's certificates.
   *
   * @returns what uses them from the next connection on, which cannot fail
   * @throws {OutriderError} OUTRIDER_CONFIG if a certificate or key cannot be used
   */
  prepare(config: TlsConfig): () => void {
    const options = optionsOf(config);
    return () => this.#use(config, options);
  }

  #use(config: TlsConfig, options: TlsServerOptions): void {
    const before = clientRules(this.#config, this.#options);
    this.#config = config;
    this.#options = options;
    // These are as old as their reading, which may be older than the last look.
    this.#seen = undefined;
    for (const server of this.#servers) {
      server.setSecureContext(options);
      // What `setSecureContext` leaves as it was; `tls.Server` reads it from itself for each connection.
      Object.assign(server, { requestCert: options.requestCert });
    }
    if (isDeepStrictEqual(before, clientRules(config, options))) return;
    for (const socket of this.#connections) socket.destroy();
  }

  async #look(): Promise<void> {
    const stamp = await this.#stamp();
    if (stamp === this.#seen) return;
    try {
      const options = optionsOf(this.#config);
      if (!isDeepStrictEqual(options, this.#options)) {
        this.#use(this.#config, options);
        this.#log('info', 'certificates were exchanged', { for: this.#config.source });
      }
    } catch (error) {
      this.#log('error', 'new certificates cannot be used, the old ones stay', { error: (error as Error).message });
    }
    this.#seen = stamp;
  }

  /** Changes whenever one of the files does. */
  async #stamp(): Promise<string> {
    const { cert, key, clientCa } = this.#config;
    const stamps = [cert, key, clientCa].map(async (pem) => {
      if (pem?.path === undefined) return '';
      try {
        const { mtimeMs, ino, size } = await stat(pem.path);
        return [mtimeMs, ino, size].join(' ');
      } catch (error) {
        return String((error as NodeJS.ErrnoException).code);
      }
    });
    return (await Promise.all(stamps)).join(', ');
  }
}

function optionsOf(config: TlsConfig): TlsServerOptions {
  // Which certificates of clients will do is decided by `isClientAllowed`, for all five values alike.
  const clients = { requestCert: config.clientAuth !== 'NoClientCert', rejectUnauthorized: false };
  return { ...config.options, ...readTlsMaterial(config), ...clients };
}

/** What decides which clients are let in. */
function clientRules({ clientAuth, allowedSans }: TlsConfig, { ca }: TlsServerOptions): unknown {
  return { clientAuth, allowedSans, ca };
}
