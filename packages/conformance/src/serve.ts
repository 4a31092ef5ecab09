import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createSecureServer, createServer as createCleartextServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { Server } from 'node:net';
import { CERTIFICATE } from './certificate.ts';
import type { Transport } from './framework.ts';

/** A server that hands each request to a listener, not listening yet. */
export function serve(transport: Transport, listener: RequestListener): Server {
  if (transport === 'http') return createServer(listener);
  // As node:http has it, and node:https does not by itself.
  if (transport === 'https') return createHttpsServer({ ...CERTIFICATE, allowHalfOpen: true }, listener);
  // HTTP/2 hands a listener what it has in place of the two classes.
  const compatible = listener as never;
  return transport === 'h2c' ? createCleartextServer(compatible) : createSecureServer(CERTIFICATE, compatible);
}
