import type { Socket } from 'node:net';

/**
 * What a connection and, with TLS, what is inside of it have in common: the addresses of both ends. A Unix socket has none,
 * and no TLS. A socket that is closed has forgotten its address.
 */
export function connectionKey(socket: Socket): unknown {
  let key = keys.get(socket);
  if (key === undefined) {
    const { remoteAddress, remotePort, localAddress } = socket;
    key = remotePort === undefined ? socket : `${remoteAddress} ${remotePort} ${localAddress}`;
    keys.set(socket, key);
  }
  return key;
}

const keys = new WeakMap<Socket, unknown>();
