import { join } from 'node:path';
import { writeOwnedFiles } from './owned-files.ts';
import { findProgram } from './programs.ts';
import { freePort, startServer, temporaryFolder } from './server.ts';
import type { TestServer } from './server.ts';
import { unprivileged } from './user.ts';

/** How a PgBouncer is started. */
export interface PgBouncerOptions {
  /** Lines of the section `[databases]`: name -> where it is, `host=127.0.0.1 port=5432 dbname=shop`. */
  readonly databases?: Readonly<Record<string, string>>;
  /** The text of its userlist: lines of `"user" "password"`. */
  readonly users?: string;
  /** @default one that is free */
  readonly port?: number;
  /** More of its settings, such as `auth_type` and `stats_users`. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** Starts a PgBouncer, for its administrator `postgres` without a password, unless `auth_type` is set. */
export async function startPgBouncer(options: PgBouncerOptions = {}): Promise<TestServer> {
  const { databases = {}, users = '"postgres" ""\n' } = options;
  const user = unprivileged(['postgres', 'nobody']);
  const folder = await temporaryFolder('pgbouncer', user);
  const port = options.port ?? (await freePort());
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'trust',
    auth_file: join(folder, 'userlist.txt'),
    admin_users: 'postgres',
    ...options.settings,
  };
  const ini = ['[databases]', ...lines(databases), '[pgbouncer]', ...lines(settings), ''].join('\n');
  await writeOwnedFiles(folder, { 'pgbouncer.ini': ini, 'userlist.txt': users }, user);
  return startServer({
    command: findProgram('pgbouncer'),
    args: [join(folder, 'pgbouncer.ini')],
    folder,
    port,
    url: `postgresql://postgres@127.0.0.1:${port}/pgbouncer`,
    ready: 'process up',
    user,
    // SIGINT would wait for clients to leave.
    stopSignal: 'SIGTERM',
  });
}

function lines(values: Readonly<Record<string, string | number>>): readonly string[] {
  return Object.entries(values).map(([name, value]) => `${name} = ${value}`);
}
