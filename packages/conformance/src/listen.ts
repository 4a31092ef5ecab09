import type { AddressInfo, Server, Socket } from 'node:net';

/** A server that listens on a free loopback port. */
export interface Listening {
  readonly port: number;
  /** Its open connections. */
  readonly sockets: ReadonlySet<Socket>;
  /** Closes it and destroys its connections. */
  readonly close: () => Promise<void>;
}

/** Has a server listen on a free loopback port. */
export async function listen(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
