import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { Variant } from '../../framework.ts';
import { listen } from '../listen.ts';
import { handle } from './handler.ts';

/** The application under measurement: a server of `node:http` with a router by hand. */
export async function serve(variant: Variant<Server>): Promise<Server> {
  const server = createServer(handle);
  await variant.install(server);
  return listen(server);
}
