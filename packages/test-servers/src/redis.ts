import { findProgram } from './programs.ts';
import { freePort, startServer, temporaryFolder } from './server.ts';
import type { TestServer } from './server.ts';

/** Starts an empty Redis that writes nothing to disk. */
export async function startRedis(): Promise<TestServer> {
  const folder = await temporaryFolder('redis', undefined);
  const port = await freePort();
  return startServer({
    command: findProgram('redis-server'),
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    folder,
    port,
    url: `redis://127.0.0.1:${port}`,
    ready: 'Ready to accept connections',
  });
}
