import { connect } from 'node:net';
import { Silence, turnsOf } from './silence.ts';

/**
 * Sends bytes to an HTTP/1 server and returns all that comes back until the server closes the connection.
 *
 * @param endless whether the connection is known to stay open, and to be left when nothing more comes
 */
export function exchangeRaw(port: number, bytes: string, endless = false): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    const silence = new Silence(turnsOf(endless), () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      silence.heard();
    });
    // A reset is an end like another here: what came before it is compared.
    socket.on('error', (error: NodeJS.ErrnoException) => chunks.push(Buffer.from(`\n[${error.code}]`)));
    socket.on('close', () => {
      silence.stop();
      resolve(Buffer.concat(chunks).toString('latin1'));
    });
    socket.write(bytes, 'latin1');
  });
}
