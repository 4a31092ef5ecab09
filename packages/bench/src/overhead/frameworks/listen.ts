import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';

/** Connections outlast the time that other variants take their turn. */
export const KEEP_ALIVE_MS = 60_000;

/** Listens on a free port of loopback. */
export async function listen<S extends Server>(server: S): Promise<S> {
  if ('keepAliveTimeout' in server) (server as Server as HttpServer).keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
