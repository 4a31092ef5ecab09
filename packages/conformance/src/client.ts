import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

/** An answer, headers as they came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** Sends a request on a connection of its own and reads the answer to its end. */
export function send(
  url: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string | string[]> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
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
