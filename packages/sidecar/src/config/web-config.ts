import { readConfigFile } from './config-file.ts';
import { Secret } from './secret.ts';
import { WebConfigSection } from './web-config-section.ts';
import { readTlsConfig, TLS_KEYS } from './web-config-tls.ts';
import type { TlsConfig } from './tls-config.ts';

/** What a web configuration file says. */
export interface WebConfig {
  /** Undefined: without TLS. */
  readonly tls: TlsConfig | undefined;
  /** Headers of every answer that differ from the sidecar's own; an empty one is left out. */
  readonly headers: Readonly<Record<string, string>>;
  /** bcrypt hashes of passwords by user. A name may be `__proto__`: look one up with `Object.hasOwn`. */
  readonly users: Readonly<Record<string, Secret>>;
  /** How often requests may come; undefined: as often as they like. */
  readonly rateLimit: RateLimit | undefined;
}

/** A token bucket: one request each `intervalMs`, and `burst` at once. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** Headers that the file may set, with the values that they can have besides none. */
const HEADERS: Readonly<Record<string, readonly string[] | undefined>> = {
  'Content-Security-Policy': undefined,
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-Content-Type-Options': ['nosniff'],
  'X-XSS-Protection': undefined,
  'Strict-Transport-Security': undefined,
};

const BCRYPT = /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

/**
 * Reads a web configuration file, and the certificates that it names to see that they can be used.
 * Source: docs/web-configuration.md of Prometheus' exporter-toolkit. Paths are relative to the file.
 *
 * @throws {OutriderError} OUTRIDER_CONFIG_FILE if it cannot be read, OUTRIDER_CONFIG that names the key that is wrong
 * @example readWebConfig('/etc/outrider/web.yml').tls?.clientAuth
 */
export function readWebConfig(path: string): WebConfig {
  const file = new WebConfigSection(path, '', readConfigFile(path), [
    'tls_server_config',
    'http_server_config',
    'basic_auth_users',
    'rate_limit',
  ]);
  return {
    tls: file.has('tls_server_config') ? readTlsConfig(path, file.section('tls_server_config', TLS_KEYS)) : undefined,
    headers: readHeaders(file.section('http_server_config', ['http2', 'headers'])),
    users: readUsers(file.section('basic_auth_users')),
    rateLimit: readRateLimit(file.section('rate_limit', ['interval', 'burst'])),
  };
}

function readHeaders(server: WebConfigSection): Readonly<Record<string, string>> {
  // HTTP/1.1 is spoken to everybody, and a client that prefers HTTP/2 is told so in the handshake.
  server.flag('http2');
  const section = server.section('headers', Object.keys(HEADERS));
  const headers: Record<string, string> = {};
  for (const name of section.keys()) {
    const value = section.text(name) ?? '';
    const words = HEADERS[name];
    if (value !== '' && words !== undefined) section.known(name, value.toLowerCase(), words);
    // What Node.js would refuse to send, each time.
    if (/[^\t\u0020-\u007e]/.test(value)) throw section.refuse(name, 'must be one line of ASCII');
    headers[name] = value;
  }
  return headers;
}

function readUsers(section: WebConfigSection): Readonly<Record<string, Secret>> {
  const users = section.keys().map((user) => {
    // A hash that came to the wrong side of the colon is not shown.
    if (!/^[^:$\p{Cc}]{1,128}$/u.test(user))
      throw section.refuse('a name', 'must have 1 to 128 characters, no : and no $');
    const hash = section.text(user) ?? '';
    if (!BCRYPT.test(hash)) throw section.refuse(user, 'must be a bcrypt hash, as htpasswd -nBC 10 "" makes it');
    return [user, Secret.of(hash)] as const;
  });
  return Object.fromEntries(users);
}

function readRateLimit(section: WebConfigSection): RateLimit | undefined {
  const intervalMs = section.duration('interval') ?? 0;
  const burst = section.wholeNumber('burst') ?? 0;
  return intervalMs === 0 ? undefined : { intervalMs, burst: Math.max(1, burst) };
}
