import { findProgram } from './programs.ts';
import { freePort, startServer, temporaryFolder } from './server.ts';
import type { TestServer } from './server.ts';
import { unprivileged } from './user.ts';

/** Starts an empty memcached. */
export async function startMemcached(): Promise<TestServer> {
  const user = unprivileged(['memcache', 'nobody']);
  const folder = await temporaryFolder('memcached', user);
  const port = await freePort();
  return startServer({
    command: findProgram('memcached'),
    args: ['-l', '127.0.0.1', '-p', String(port), '-U', '0', '-vv'],
    folder,
    port,
    url: `127.0.0.1:${port}`,
    ready: 'server listening',
    user,
  });
}
