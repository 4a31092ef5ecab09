import { join } from 'node:path';
import { findProgram, run } from './programs.ts';
import { freePort, startServer, temporaryFolder } from './server.ts';
import type { TestServer } from './server.ts';
import { unprivileged } from './user.ts';

/** Starts a PostgreSQL with an empty database `postgres`, for its superuser `postgres` without a password. */
export async function startPostgres({ maxConnections = 50 }: { maxConnections?: number } = {}): Promise<TestServer> {
  const user = unprivileged(['postgres', 'nobody']);
  const folder = await temporaryFolder('postgres', user);
  const data = join(folder, 'data');
  const made = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'];
  await run(findProgram('initdb'), ['--pgdata', data, ...made], folder, user);
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    fsync: 'off',
    dynamic_shared_memory_type: 'mmap',
    shared_buffers: '32MB',
    max_connections: maxConnections,
  };
  return startServer({
    command: findProgram('postgres'),
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    folder,
    port,
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    ready: 'database system is ready to accept connections',
    user,
    // Fast shutdown: SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
  });
}
