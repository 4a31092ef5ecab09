import type { Application } from '../application.ts';
import { openConnection } from './http1.ts';

/**
 * Sends bytes over HTTP/1 as they are and returns all that comes back until the server closes the connection.
 *
 * @param end whether to end this side of the connection at once
 */
export async function sendRaw(
  { port, transport }: Pick<Application, 'port' | 'transport'>,
  bytes: string | Buffer,
  { end = false }: { readonly end?: boolean } = {},
): Promise<string> {
  const { socket } = await openConnection(port, transport === 'https');
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    if (end) socket.end(bytes);
    else socket.write(bytes);
  });
}
