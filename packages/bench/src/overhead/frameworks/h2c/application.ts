import { createServer } from 'node:http2';
import type { Http2Server } from 'node:http2';
import type { Variant } from '../../framework.ts';
import { listen } from '../listen.ts';
import { handle } from '../node/handler.ts';

/** The application under measurement: a server of `node:http2` without TLS, with a router by hand. */
export async function serve(variant: Variant<Http2Server>): Promise<Http2Server> {
  const server = createServer(handle);
  await variant.install(server);
  return listen(server);
}
