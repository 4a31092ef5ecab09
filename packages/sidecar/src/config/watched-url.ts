import { isIP, isIPv6 } from 'node:net';
import type { ClientTls } from './client-tls.ts';
import type { ReadContext } from './kind.ts';
import { misspelt } from './nearest.ts';
import type { Secret } from './secret.ts';
import { sslMode } from './ssl-mode.ts';
import { decoded, urlCredentials, urlSecret } from './url-credentials.ts';
import type { System, WatchedServer } from './watched-server.ts';

/** What a URL says of a server to watch. */
export interface WatchedUrl {
  readonly system: System;
  readonly address: WatchedServer['address'];
  readonly user?: string;
  readonly password?: Secret;
  readonly database?: string;
  /** undefined: it says nothing of TLS; false: there must be none. */
  readonly tls?: ClientTls | false;
}

interface Scheme {
  readonly system: System;
  readonly tls?: true;
  readonly unix?: true;
}

const SCHEMES: Readonly<Record<string, Scheme>> = {
  'redis:': { system: 'redis' },
  'rediss:': { system: 'redis', tls: true },
  'redis+unix:': { system: 'redis', unix: true },
  'postgres:': { system: 'postgresql' },
  'postgresql:': { system: 'postgresql' },
  'postgresql+unix:': { system: 'postgresql', unix: true },
  'pgbouncer:': { system: 'pgbouncer' },
  'pgbouncer+unix:': { system: 'pgbouncer', unix: true },
  'memcached:': { system: 'memcached' },
  'memcached+unix:': { system: 'memcached', unix: true },
};

const PORTS: Readonly<Record<System, number>> = { redis: 6379, postgresql: 5432, pgbouncer: 6432, memcached: 11_211 };
const DATABASES: Readonly<Partial<Record<System, string>>> = { postgresql: 'postgres', pgbouncer: 'pgbouncer' };
const SCHEME_NAMES: string = Object.keys(SCHEMES)
  .map((scheme) => scheme.slice(0, -1))
  .join(', ');

const HOST = /^(?:[a-z\d_-]+\.)*[a-z\d_-]+\.?$/i;

/** What a URL of a server begins with, for a JSON schema. */
export const WATCHED_URL_PATTERN: string = String.raw`(?:rediss?|postgres(?:ql)?|pgbouncer|memcached|(?:redis|postgresql|pgbouncer|memcached)\+unix)://`;

/**
 * Reads the URL of a server to watch.
 *
 * @throws {Error} that says what is wrong and does not show the URL, which may hold credentials
 */
export function parseWatchedUrl(given: unknown, context: ReadContext): WatchedUrl {
  const url = typeof given === 'string' && given.includes('://') ? URL.parse(given) : null;
  const scheme = url === null ? undefined : Object.hasOwn(SCHEMES, url.protocol) ? SCHEMES[url.protocol] : undefined;
  if (url === null || scheme === undefined) {
    throw new Error(`must be a URL such as redis://127.0.0.1:6379, that begins with one of ${SCHEME_NAMES}`);
  }
  const { user, password } = urlCredentials(url);
  if (url.hash !== '') throw new Error('has a #: write %23 for it');
  const { system } = scheme;
  const parameters = readParameters(url, system, scheme.unix === true);
  const database = scheme.unix === true ? parameters.database : databaseOf(url, system);
  const tls = scheme.tls === true ? { verify: true } : parameters.tls;
  return {
    system,
    address: scheme.unix === true ? { path: socketPath(url) } : tcpAddress(url, system),
    ...(user === '' ? {} : { user: part('user', () => userName(user)) }),
    ...(password === '' ? {} : { password: urlSecret(password, context) }),
    ...(database === undefined ? {} : { database }),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** Writes a URL without credentials. */
export function writeWatchedUrl({ system, address, database }: WatchedUrl): string {
  const stated = database === undefined ? '' : encodeURIComponent(database);
  if ('path' in address) {
    const path = address.path.split('/').map(encodeURIComponent).join('/');
    return `${system}+unix://${path}${stated === '' ? '' : `?database=${stated}`}`;
  }
  const host = isIPv6(address.host) ? `[${address.host}]` : address.host;
  return `${system}://${host}:${address.port}${stated === '' ? '' : `/${stated}`}`;
}

function tcpAddress({ hostname, port }: URL, system: System): { readonly host: string; readonly port: number } {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === '') throw new Error('names no host');
  if (isIP(host) === 0 && (!HOST.test(host) || /^[\d.]+$/.test(host))) throw new Error('names a host that none can be');
  if (port === '0') throw new Error('names port 0, where nothing can be');
  return { host, port: port === '' ? PORTS[system] : Number(port) };
}

function socketPath({ host, pathname }: URL): string {
  const path = decoded(pathname);
  // A URL with credentials must have a host.
  if ((host !== '' && host !== 'localhost') || !/^\/[^\p{Cc}]+$/u.test(path)) {
    throw new Error('must have the path of a socket after the scheme, such as redis+unix:///run/redis/redis.sock');
  }
  return path;
}

function databaseOf({ pathname }: URL, system: System): string | undefined {
  const name = decoded(pathname.slice(1));
  if (system === 'redis' && /^\d*$/.test(name)) return undefined;
  if (system === 'redis') throw new Error('has a path: for Redis, only the number of a database can be there');
  if (system === 'memcached' && name !== '') throw new Error('has a path: memcached has no databases');
  return name === '' ? DATABASES[system] : part('database', () => databaseName(name));
}

/** Reads the name of a database. */
export function databaseName(given: unknown): string {
  if (typeof given !== 'string' || !/^[^\p{Cc}/]{1,63}$/u.test(given)) {
    throw new Error('must be the name of a database, with 1 to 63 characters and no slash');
  }
  return given;
}

function part(name: string, read: () => string): string {
  try {
    return read();
  } catch (error) {
    throw new Error(`has a ${name}, which ${(error as Error).message}`, { cause: error });
  }
}

/** Reads the name of a user. */
export function userName(given: unknown): string {
  if (typeof given !== 'string' || !/^[^\p{Cc}]{1,128}$/u.test(given)) {
    throw new Error('must have 1 to 128 characters, none of them a control character');
  }
  return given;
}

interface Parameters {
  readonly database: string | undefined;
  readonly tls: ClientTls | false | undefined;
}

function readParameters({ searchParams }: URL, system: System, unix: boolean): Parameters {
  const hasDatabases = DATABASES[system] !== undefined;
  const known = [...(hasDatabases && !unix ? ['sslmode'] : []), ...(hasDatabases && unix ? ['database'] : [])];
  for (const name of searchParams.keys()) {
    if (known.includes(name)) continue;
    const meant = misspelt(name, known);
    if (meant !== undefined) throw new Error(`has a parameter that is not known; the nearest is ${meant}`);
    throw new Error(`has a parameter that is not known; there is ${known.length === 0 ? 'none' : known.join(', ')}`);
  }
  const twice = known.find((name) => searchParams.getAll(name).length > 1);
  if (twice !== undefined) throw new Error(`has the parameter ${twice} twice`);
  const mode = searchParams.get('sslmode');
  const database = searchParams.get('database');
  return {
    database:
      unix && hasDatabases
        ? database === null
          ? DATABASES[system]
          : part('database', () => databaseName(database))
        : undefined,
    tls: mode === null ? undefined : sslMode(mode),
  };
}
