import { join } from 'node:path';
import { findProgram, run } from './programs.ts';
import { freePort, startServer, temporaryFolder } from './server.ts';
import type { TestServer } from './server.ts';
import { unprivileged } from './user.ts';

/** Starts a MariaDB with the database `test`, for the user `root` without a password. */
export async function startMariadb({ maxConnections = 50 }: { maxConnections?: number } = {}): Promise<TestServer> {
  const user = unprivileged(['mysql', 'nobody']);
  const folder = await temporaryFolder('mariadb', user);
  const data = join(folder, 'data');
  const made = [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-name-resolve',
  ];
  await run(findProgram('mariadb-install-db'), made, folder, user);
  const port = await freePort();
  return startServer({
    command: findProgram('mariadbd'),
    args: [
      '--no-defaults',
      `--datadir=${data}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      `--socket=${join(folder, 's')}`,
      `--pid-file=${join(folder, 'pid')}`,
      '--skip-name-resolve',
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-buffer-pool-size=32M',
      `--max-connections=${maxConnections}`,
    ],
    folder,
    port,
    url: `mysql://root@127.0.0.1:${port}/test`,
    ready: 'ready for connections',
    user,
  });
}
