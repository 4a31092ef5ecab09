import { connect } from 'node:net';
import { clientOf } from './client/client.ts';
import type { Answer, RequestOptions } from './client/client.ts';

/** Sends a request to an HTTP/1 server on a connection of its own and reads the answer to its end. */
export function send(url: string, options: RequestOptions = {}): Promise<Answer> {
  const [, scheme, port, target] = /^(https?):\/\/[^/:]+:(\d+)(.*)$/.exec(url) ?? [];
  return clientOf(scheme === 'https' ? 'https' : 'http', Number(port)).send(target || '/', options);
}

/**
 * Sends a request and breaks the connection: at once after the request is out, or when the first bytes of the answer
 * are in. `reset` breaks it with RST instead of FIN.
 */
export function sendAndLeave(
  port: number,
  path: string,
  { after, reset = false }: { after: 'request' | 'first-bytes'; reset?: boolean },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const leave = (): void => {
      if (reset) socket.resetAndDestroy();
      else socket.destroy();
    };
    socket.on('connect', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      // Long enough for the request to be read and its handler to run.
      if (after === 'request') setTimeout(leave, 50);
    });
    if (after === 'first-bytes') socket.once('data', leave);
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

/** Sends bytes as they are and returns all that comes back until the server closes the connection. */
export function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}
