import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import { connectionKey } from './connection-key.ts';

interface Connection {
  readonly socket: Socket;
  /** Requests that were not answered yet. */
  requests: number;
}

/**
 * Keeps a server at so many connections. For one more, another gives way: the oldest that has not sent a request yet, else
 * the one that has been idle for the longest. Where each has a request in flight, it is the new one that is closed. So
 * whoever holds connections open and sends nothing cannot keep a scraper out: it is connected again when it next asks.
 *
 * @param onClosed called for each connection that was closed for it
 * @returns what to call with each request before it is served
 */
export function limitConnections(server: Server, most: () => number, onClosed: () => void): RequestListener {
  const all = new Map<unknown, Connection>();
  // In the order in which they became so.
  const unused = new Set<Connection>();
  const idle = new Set<Connection>();

  const forget = (key: unknown, connection: Connection): void => {
    if (all.get(key) === connection) all.delete(key);
    unused.delete(connection);
    idle.delete(connection);
  };

  server.on('connection', (socket: Socket) => {
    const key = connectionKey(socket);
    const connection: Connection = { socket, requests: 0 };
    const [leaving = connection] = all.size < most() ? [] : [...first(unused), ...first(idle)];
    all.set(key, connection);
    unused.add(connection);
    socket.once('close', () => forget(key, connection));
    if (leaving === connection && all.size <= most()) return;
    forget(connectionKey(leaving.socket), leaving);
    leaving.socket.destroy();
    onClosed();
  });
  return ({ socket }, res) => {
    const connection = all.get(connectionKey(socket));
    if (connection === undefined) return;
    connection.requests += 1;
    unused.delete(connection);
    idle.delete(connection);
    res.once('close', () => {
      connection.requests -= 1;
      if (connection.requests === 0 && all.get(connectionKey(socket)) === connection) idle.add(connection);
    });
  };
}

function first<Element>(of: Iterable<Element>): Element[] {
  for (const element of of) return [element];
  return [];
}
