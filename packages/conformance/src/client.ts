import { setTimeout } from 'node:timers/promises';
import { clientOf } from './client/client.ts';
import type { Leave } from './client/client.ts';
import { sendRaw as sendTo } from './client/raw.ts';

/**
 * Sends a request to an HTTP/1 server of which nothing but the port is known, and leaves: after the request is out, or
 * when the first bytes of the answer are in.
 */
export function sendAndLeave(port: number, path: string, how: Leave): Promise<void> {
  // Long enough for the request to be read and its handler to run.
  return clientOf('http', port).leave(path, how, () => setTimeout(50));
}

/** Sends bytes as they are and returns all that comes back until the server closes the connection. */
export function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  return sendTo({ port, transport: 'http' }, bytes, { end: true });
}
