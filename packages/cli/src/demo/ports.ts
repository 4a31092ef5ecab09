import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { DemoError } from './demo-error.ts';

/**
 * Checks that these loopback ports are free, and puts a free one in the place of every 0.
 *
 * @param wanted flag without its dashes -> port
 * @throws {DemoError} naming the flag to change, if a port is taken
 */
export async function freePorts<Flag extends string>(
  wanted: Readonly<Record<Flag, number>>,
): Promise<Record<Flag, number>> {
  const held: Server[] = [];
  const ports: Record<string, number> = { ...wanted };
  try {
    // Fixed ports first, so that no 0 is given one of them; all are held until the last is found, so that no two are the same.
    for (const flag of (Object.keys(wanted) as Flag[]).toSorted((a, b) => wanted[b] - wanted[a])) {
      const server = await hold(flag, wanted[flag]);
      held.push(server);
      ports[flag] = (server.address() as AddressInfo).port;
    }
    return ports;
  } finally {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

function hold(flag: string, port: number): Promise<Server> {
  const { promise, resolve, reject } = Promise.withResolvers<Server>();
  const server = createServer();
  server.once('error', (error: NodeJS.ErrnoException) => {
    const problem = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${error.code ?? error.message})`;
    reject(new DemoError(`Port ${port} ${problem}: choose another with --${flag}, or 0 for any that is free.`));
  });
  server.listen(port, '127.0.0.1', () => resolve(server));
  return promise;
}
