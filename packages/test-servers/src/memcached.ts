import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from './programs.ts';
import { freePort, startServer, temporaryFolder } from './server.ts';
import type { TestServer } from './server.ts';
import { unprivileged } from './user.ts';

/** How a memcached differs from an empty one that everybody may use. */
export interface MemcachedOptions {
  /** The port to listen on. @default a free one */
  readonly port?: number;
  /** The line `user:password` of those who may use it. */
  readonly credentials?: string;
  /** Further arguments, for example `-c 2`. */
  readonly args?: readonly string[];
}

/** Starts an empty memcached. */
export async function startMemcached({
  port: given,
  credentials,
  args = [],
}: MemcachedOptions = {}): Promise<TestServer> {
  const user = unprivileged(['memcache', 'nobody']);
  const folder = await temporaryFolder('memcached', user);
  const port = given ?? (await freePort());
  const authentication: string[] = [];
  if (credentials !== undefined) {
    const file = join(folder, 'users');
    // The folder is the server's alone.
    await writeFile(file, `${credentials}\n`, { mode: 0o644 });
    authentication.push('-Y', file);
  }
  return startServer({
    command: findProgram('memcached'),
    args: ['-l', '127.0.0.1', '-p', String(port), '-U', '0', '-vv', ...authentication, ...args],
    folder,
    port,
    url: `127.0.0.1:${port}`,
    ready: 'server listening',
    user,
    // It keeps nothing, and takes a second to hear of a gentler signal.
    stopSignal: 'SIGKILL',
  });
}
