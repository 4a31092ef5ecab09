import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { startMemcached, startPgBouncer, startPostgres, startRedis } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import type { System } from './watched-state.ts';

/** The password of the user that the sidecar comes as. */
export const PASSWORD = 'the-right-one';

const POSTGRES_ACCESS = [
  'local all postgres trust',
  'host all postgres 127.0.0.1/32 trust',
  'host all outrider 127.0.0.1/32 scram-sha-256',
].join('\n');

/** A server that lets nobody in without a password, and tells how many connections it has from the sidecar. */
export interface GuardedServer {
  readonly system: System;
  /** How the sidecar is told of it, but for the password. */
  readonly url: (port: number) => string;
  readonly start: (port: number) => Promise<TestServer>;
  /** Connections to it, as it counts them, that are not those of who asks. */
  readonly connections: (port: number) => Promise<number>;
}

const redis: GuardedServer = {
  system: 'redis',
  url: (port) => `redis://127.0.0.1:${port}`,
  start: (port) => startRedis({ port, args: ['--requirepass', PASSWORD] }),
  connections: async (port) => {
    const list = await tell(port, `AUTH ${PASSWORD}\r\nCLIENT LIST TYPE normal\r\nQUIT\r\n`);
    return [...list.matchAll(/^id=/gm)].length - 1;
  },
};

const postgresql: GuardedServer = {
  system: 'postgresql',
  url: (port) => `postgresql://outrider@127.0.0.1:${port}/postgres`,
  start: async (port) => {
    const server = await startPostgres({ port, files: { 'pg_hba.conf': `${POSTGRES_ACCESS}\n` } });
    await query(port, 'postgres', `CREATE ROLE outrider LOGIN PASSWORD '${PASSWORD}'`);
    await query(port, 'postgres', 'GRANT pg_monitor TO outrider');
    return server;
  },
  connections: async (port) =>
    (await query(port, 'postgres', "SELECT * FROM pg_stat_activity WHERE usename = 'outrider'")).length,
};

const pgbouncer: GuardedServer = {
  system: 'pgbouncer',
  url: (port) => `pgbouncer://outrider@127.0.0.1:${port}`,
  start: (port) =>
    startPgBouncer({
      port,
      users: `"outrider" "${PASSWORD}"\n"postgres" "${PASSWORD}"\n`,
      settings: { auth_type: 'scram-sha-256', stats_users: 'outrider' },
    }),
  connections: async (port) => {
    const clients = await query(port, 'pgbouncer', 'SHOW CLIENTS', PASSWORD);
    return clients.filter(({ user }) => user === 'outrider').length;
  },
};

const memcached: GuardedServer = {
  system: 'memcached',
  url: (port) => `memcached://outrider@127.0.0.1:${port}`,
  start: (port) => startMemcached({ port, credentials: `outrider:${PASSWORD}` }),
  connections: async (port) => {
    const login = `outrider ${PASSWORD}`;
    const stats = await tell(port, `set login 0 0 ${login.length}\r\n${login}\r\nstats conns\r\nquit\r\n`);
    return [...stats.matchAll(/^STAT \d+:state conn_(?!listening)/gm)].length - 1;
  },
};

/** All four kinds. */
export const guardedServers: readonly GuardedServer[] = [redis, postgresql, pgbouncer, memcached];

/** What a server of text answers until it ends the connection. */
async function tell(port: number, lines: string): Promise<string> {
  const socket = createConnection(port, '127.0.0.1');
  socket.write(lines);
  return text(socket);
}

async function query(
  port: number,
  database: string,
  statement: string,
  password = '',
): Promise<Array<Record<string, unknown>>> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database, password });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
