import type { Duplex } from 'node:stream';

/**
 * Whether it was the client that ended a connection: it has ended its side, or reset it, before this side destroyed
 * anything. Once a socket is destroyed nothing of this changes any more.
 */
export function leftByClient(socket: Duplex): boolean {
  const { code }: NodeJS.ErrnoException = socket.errored ?? NO_ERROR;
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED' || code === 'ETIMEDOUT') return true;
  // Node answers the end of the client's side with the end of its own, unless the server lets clients end theirs early.
  return socket.readableEnded && (socket.writableEnded || !allowsHalfOpen(socket));
}

const NO_ERROR = new Error('none');

function allowsHalfOpen(socket: Duplex): boolean {
  return (socket as Duplex & { server?: { httpAllowHalfOpen?: boolean } }).server?.httpAllowHalfOpen === true;
}
