import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { connectionKey } from './connection-key.ts';

/**
 * Ends connections of which the TLS handshake is not done in time. Node.js would wait for two minutes, and cannot be told
 * otherwise once a server is made.
 *
 * @param most milliseconds; asked for each connection
 * @param onLate called for each connection that was ended
 */
export function limitHandshakes(server: Server, most: () => number, onLate: () => void): void {
  const timers = new Map<unknown, NodeJS.Timeout>();
  const stop = (socket: Socket): void => {
    clearTimeout(timers.get(connectionKey(socket)));
    timers.delete(connectionKey(socket));
  };
  server.on('connection', (socket: Socket) => {
    const late = (): void => {
      socket.destroy();
      onLate();
    };
    timers.set(connectionKey(socket), setTimeout(late, most()).unref());
    socket.once('close', () => stop(socket));
  });
  server.on('secureConnection', stop);
}
