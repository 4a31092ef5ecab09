import { clientTls } from './client-tls.ts';
import type { ClientTls } from './client-tls.ts';
import { lookDuration } from './duration.ts';
import { entriesOf } from './entries.ts';
import { FieldError } from './field-error.ts';
import { NO_CONTEXT } from './kind.ts';
import type { Kind } from './kind.ts';
import { record } from './record.ts';
import type { Secret } from './secret.ts';
import { secret } from './secret-kind.ts';
import { WATCHED_URL_PATTERN, databaseName, parseWatchedUrl, writeWatchedUrl } from './watched-url.ts';
import type { WatchedUrl } from './watched-url.ts';

export type { ClientTls } from './client-tls.ts';

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

const URLS = `^\\s*${WATCHED_URL_PATTERN}`;

const watchedUrl: Kind<WatchedUrl> = {
  parse: (given, context = NO_CONTEXT) => parseWatchedUrl(given, context),
  write: writeWatchedUrl,
  schema: { type: 'string', pattern: `^${WATCHED_URL_PATTERN}` },
};

const userName: Kind<string> = {
  parse: (given) => {
    if (typeof given !== 'string' || !/^[^\p{Cc}]{1,128}$/u.test(given))
      throw new Error('must have 1 to 128 characters');
    return given;
  },
  write: (name) => name,
  schema: { type: 'string', minLength: 1, maxLength: 128 },
};

const database: Kind<string> = {
  parse: databaseName,
  write: (name) => name,
  schema: { type: 'string', pattern: '^[^/]{1,63}$' },
};

const serverRecord = record(
  'a URL or a mapping',
  { url: { description: 'where it is, such as redis://127.0.0.1:6379', kind: watchedUrl, secret: true } },
  {
    user: { description: 'user to log in as', kind: userName, fallback: 'outrider for PostgreSQL', secret: true },
    password: { description: 'password to log in with', kind: secret, secret: true },
    database: { description: 'database to connect to', kind: database, secret: true },
    tls: {
      description: 'how the connection is encrypted; {} for the defaults',
      kind: clientTls,
      fallback: 'none',
      secret: true,
    },
    timeout: { description: 'the time one look may take', kind: lookDuration, fallback: '1500ms' },
  },
);

const watchedServer: Kind<WatchedServer> = {
  parse: (given, context) => {
    const fields = serverRecord.parse(typeof given === 'string' ? new Map([['url', given]]) : given, context);
    return joined(fields.url, fields);
  },
  write: ({ user, password, tls, timeoutMs, ...server }) =>
    serverRecord.write({
      url: server,
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(tls === undefined ? {} : { tls }),
      timeout: timeoutMs,
    }),
  schema: serverRecord.schema,
};

/** The servers to watch: URLs separated by commas, `none`, a mapping, or a list of mappings and URLs. */
export const watchedServers: Kind<readonly WatchedServer[]> = entriesOf(
  watchedServer,
  watchedUrl.schema,
  { type: 'string', pattern: URLS },
  refuseRepeated,
);

const MOST_SERVERS = 32;
const LOOK_MS = 1_500;
const DEFAULT_USERS: Readonly<Partial<Record<System, string>>> = { postgresql: 'outrider', pgbouncer: 'outrider' };

interface Beside {
  readonly user?: string;
  readonly password?: Secret;
  readonly database?: string;
  readonly tls?: ClientTls;
  readonly timeout?: number;
}

/** A server of what its URL says and what stands beside it. */
function joined(url: WatchedUrl, beside: Beside): WatchedServer {
  const { system, address } = url;
  for (const key of ['user', 'password'] as const) {
    if (url[key] !== undefined && beside[key] !== undefined) throw new FieldError(key, 'is there, and in the URL too');
  }
  const user = beside.user ?? url.user ?? DEFAULT_USERS[system];
  const password = beside.password ?? url.password;
  const named = beside.database ?? url.database;
  const tls = beside.tls ?? (url.tls === false ? undefined : url.tls);
  refuseContradictions({ system, user, password, url, beside });
  return {
    system,
    address,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(named === undefined ? {} : { database: named }),
    ...(tls === undefined ? {} : { tls }),
    timeoutMs: beside.timeout ?? LOOK_MS,
  };
}

interface Contradiction {
  readonly system: System;
  readonly user: string | undefined;
  readonly password: Secret | undefined;
  readonly url: WatchedUrl;
  readonly beside: Beside;
}

function refuseContradictions({ system, user, password, url, beside }: Contradiction): void {
  const isPostgres = system === 'postgresql' || system === 'pgbouncer';
  if (!isPostgres && user !== undefined && password === undefined) {
    throw new FieldError('password', 'is missing: there is a user. A password alone is written as ://:password@');
  }
  if (!isPostgres && beside.database !== undefined) throw new FieldError('database', `is not for ${system}`);
  if ('path' in url.address && beside.tls !== undefined) throw new FieldError('tls', 'is not for a Unix socket');
  if (url.tls === false && beside.tls !== undefined) throw new FieldError('tls', 'is there, and sslmode=disable too');
}

function refuseRepeated(servers: readonly WatchedServer[]): void {
  if (servers.length > MOST_SERVERS) throw new Error(`has ${servers.length} entries: ${MOST_SERVERS} are the most`);
  // One connection each is promised, so a server must not be there under two names.
  const names = servers.map((server) => serverName(server).replace(/(?<=^\w+\/)localhost(?=:)/, '127.0.0.1'));
  const index = names.findIndex((name, at) => names.indexOf(name) < at);
  if (index >= 0)
    throw new Error(`has one server twice: entries ${names.indexOf(names[index] ?? '') + 1} and ${index + 1}`);
}
