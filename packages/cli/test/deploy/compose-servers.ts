import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres, startRedis } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { findPostgres } from '../../src/demo/installed-postgres.ts';
import { REPOSITORY } from './image-tree.ts';

/** The folder of the compose file. */
export const COMPOSE: string = join(REPOSITORY, 'examples/compose');

// Passwords are asked for, but not of the superuser, who makes the others.
const PG_HBA = 'host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n';

/** The servers of the compose file, real ones, with the users and secrets that its files make. */
export interface ComposeServers {
  /** The folder with the secrets. */
  readonly secrets: string;
  readonly redis: TestServer;
  readonly postgres: TestServer;
  stop(): Promise<void>;
}

/** @param secrets does not exist yet */
export async function startComposeServers(secrets: string): Promise<ComposeServers> {
  await promisify(execFile)(join(COMPOSE, 'make-secrets.sh'), [secrets]);
  const [redis, postgres] = await Promise.all([
    startRedis({ args: ['--aclfile', join(secrets, 'redis-users')] }),
    startPostgres({ files: { 'pg_hba.conf': PG_HBA } }),
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all([redis.stop(), postgres.stop()]);
  };
  try {
    await runUsersSql(secrets, postgres.url);
    return { secrets, redis, postgres, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A file of an example with addresses and paths of here in the place of those of the containers. */
export async function rewritten(path: string, exchange: Readonly<Record<string, string>>): Promise<string> {
  let text = await readFile(path, 'utf8');
  for (const [from, to] of Object.entries(exchange)) {
    if (!text.includes(from)) throw new Error(`${path} does not have ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

// As the image of PostgreSQL does with what it finds in /docker-entrypoint-initdb.d.
async function runUsersSql(secrets: string, url: string): Promise<void> {
  const folder = await findPostgres();
  if (folder === undefined)
    throw new Error('PostgreSQL is not installed: node scripts/system-packages.mjs sees to it.');
  const sql = await rewritten(join(COMPOSE, 'postgres/users.sql'), { '/run/secrets': secrets });
  const psql = promisify(execFile)(join(folder, 'psql'), ['--no-psqlrc', '--set', 'ON_ERROR_STOP=1', '--dbname', url]);
  psql.child.stdin?.end(sql);
  await psql;
}
