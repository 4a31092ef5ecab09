import { OutriderError } from '@outrider/core/errors';
import type { Access } from '../config/access.ts';
import { formatHost } from '../config/listen-address.ts';
import type { ListenAddress } from '../config/listen-address.ts';
import type { Logger } from '../logger.ts';
import { BcryptThread } from './bcrypt-thread.ts';
import { createCredentials } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { createGate } from './gate.ts';
import type { ListenerGate, RefusalReason } from './gate.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { securityHeaders } from './security-headers.ts';
import { TlsServers } from './tls-server.ts';

export interface AccessControlOptions {
  readonly log: Logger;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Told of each request that is refused. */
  readonly onRefused: (reason: RefusalReason) => void;
}

/** What one configuration amounts to. */
interface Rules {
  readonly access: Access;
  readonly credentials: Credentials | undefined;
  readonly headers: ReadonlyArray<[string, string]>;
}

/**
 * Who is let in over TCP. Gates, headers and certificates that it gives are those of the configuration that it was told
 * last, so that another one applies to listeners and connections that stay.
 */
export class AccessControl {
  readonly #options: AccessControlOptions;
  // One for all configurations: each thread takes 10 MiB and more.
  readonly #thread = new BcryptThread();
  #rules: Rules;
  /** Undefined without TLS. */
  readonly tls: TlsServers | undefined;

  /** @throws {OutriderError} OUTRIDER_CONFIG if a certificate or key cannot be used */
  constructor(access: Access, options: AccessControlOptions) {
    this.#options = options;
    this.#rules = this.#rulesOf(access);
    this.tls = access.web?.tls && new TlsServers(access.web.tls, options.log);
  }

  /**
   * Gets ready for another configuration.
   *
   * @returns what applies it, from the next request and, for TLS, the next connection on; that cannot fail
   * @throws {OutriderError} OUTRIDER_CONFIG if it cannot be applied
   */
  prepare(access: Access): () => void {
    const tls = access.web?.tls;
    if ((tls === undefined) !== (this.tls === undefined)) {
      throw new OutriderError('OUTRIDER_CONFIG', {
        source: 'as a whole',
        key: 'webConfigFile',
        problem: 'turns TLS on or off, which takes a restart',
      });
    }
    const rules = this.#rulesOf(access);
    const useCertificates = tls && this.tls?.prepare(tls);
    return () => {
      useCertificates?.();
      this.#rules = rules;
    };
  }

  /** The headers of every answer. */
  headers(): ReadonlyArray<[string, string]> {
    return this.#rules.headers;
  }

  /**
   * The gate of a listener.
   *
   * @param options.forPages whether web pages of allowed origins may ask, and a rate limit counts
   */
  gate(listening: ListenAddress, { forPages }: { readonly forPages: boolean }): ListenerGate {
    let made: { readonly of: Rules; readonly gate: ListenerGate } | undefined;
    const current = (): ListenerGate => {
      if (made?.of !== this.#rules) made = { of: this.#rules, gate: this.#gateOf(listening, forPages) };
      return made.gate;
    };
    return {
      check: (req) => current().check(req),
      admits: (req) => current().admits(req),
      headers: (req) => current().headers?.(req),
    };
  }

  #gateOf(listening: ListenAddress, forPages: boolean): ListenerGate {
    const { access, credentials } = this.#rules;
    const { clock, onRefused } = this.#options;
    const rateLimit = forPages ? access.web?.rateLimit : undefined;
    return createGate({
      allowedHosts: [formatHost(listening.host), ...access.allowedHosts],
      allowedOrigins: forPages ? access.allowedOrigins : [],
      credentials,
      rateLimiter: rateLimit && createRateLimiter(rateLimit, clock),
      onRefused,
    });
  }

  #rulesOf(access: Access): Rules {
    const { token, web } = access;
    const { clock, log } = this.#options;
    const known = { token, users: web?.users ?? {}, clock, thread: this.#thread };
    return {
      access,
      credentials: createCredentials({
        ...known,
        onUnusable: (error) =>
          log('error', 'the token that is in its file now cannot be used, the one before stays', { error }),
      }),
      headers: securityHeaders(web?.headers),
    };
  }
}
