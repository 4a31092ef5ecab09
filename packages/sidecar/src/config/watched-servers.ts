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
import { WATCHED_URL_PATTERN, databaseName, parseWatchedUrl, userName, writeWatchedUrl } from './watched-url.ts';
import { serverName } from './watched-server.ts';
import type { System, WatchedServer } from './watched-server.ts';
import type { WatchedUrl } from './watched-url.ts';

const URLS = `^\\s*${WATCHED_URL_PATTERN}`;

const watchedUrl: Kind<WatchedUrl> = {
  parse: (given, context = NO_CONTEXT) => parseWatchedUrl(given, context),
  write: writeWatchedUrl,
  schema: { type: 'string', pattern: `^${WATCHED_URL_PATTERN}` },
};

const watchUser: Kind<string> = {
  parse: userName,
  write: (name) => name,
  schema: { type: 'string', pattern: String.raw`^[^\u0000-\u001f\u007f-\u009f]{1,128}$` },
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
    user: { description: 'user to log in as', kind: watchUser, fallback: 'outrider for PostgreSQL', secret: true },
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
const PGBOUNCER_CONSOLE = 'pgbouncer';
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
  if (system === 'pgbouncer' && named !== PGBOUNCER_CONSOLE) {
    throw new FieldError('database', `must be ${PGBOUNCER_CONSOLE}, where all of its databases are told of`);
  }
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
