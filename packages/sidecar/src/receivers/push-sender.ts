import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A connection that an application keeps between its pushes. */
export interface PushConnection {
  /** False once it is closed. */
  readonly isOpen: boolean;
  /**
   * Has a listener called once it is closed.
   *
   * @param listener told whether the other side closed it, and not the sidecar
   */
  onClose(listener: (byPeer: boolean) => void): void;
}

/** What is known of who pushes, beside what is in the push. */
export interface PushSender {
  readonly connection: PushConnection;
  /** Milliseconds between two of its pushes. */
  readonly intervalMs: number;
}

// The longest that a timer of Node.js can be.
const LONGEST_INTERVAL_MS = 2 ** 31;
const KEEP_ALIVE_MS = 60_000;

/**
 * The sender of a request, if its connection lasts for as long as it lives: an application of Outrider says so with the
 * header `outrider-interval`. Other SDKs close theirs whenever they like, and a proxy or collector in between speaks for
 * many over its own.
 */
export function pushSender(request: IncomingMessage): PushSender | undefined {
  const { socket, headers, httpVersion } = request;
  const intervalMs = Number(headers['outrider-interval']);
  const lasts = httpVersion === '1.1' && headers.connection?.toLowerCase() !== 'close';
  if (!lasts || !(intervalMs > 0 && intervalMs < LONGEST_INTERVAL_MS)) return undefined;
  return { connection: connectionOf(socket), intervalMs };
}

const connections = new WeakMap<Socket, PushConnection>();

function connectionOf(socket: Socket): PushConnection {
  let connection = connections.get(socket);
  if (connection === undefined) {
    connection = new SocketConnection(socket);
    connections.set(socket, connection);
  }
  return connection;
}

/**
 * Has the server keep the connection of such a sender for as long as the other end does, to be called with each response:
 * a process that does not push, since it is stopped, is there until its connection closes.
 */
export function keepConnection(response: ServerResponse): void {
  const { socket } = response.req;
  if (!connections.has(socket)) return;
  // A peer that is cut off is told by the kernel.
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  // The server sets the time-out of idle connections at the end of each response, before this is called.
  response.once('finish', () => socket.setTimeout(0));
}

class SocketConnection implements PushConnection {
  readonly #socket: Socket;
  #endedByPeer: boolean;

  constructor(socket: Socket) {
    this.#socket = socket;
    // It can have ended while the body was being decompressed.
    this.#endedByPeer = socket.readableEnded || socket.errored !== null;
    const ended = (): void => {
      this.#endedByPeer = true;
    };
    // One that the sidecar closes (its time-outs, its own end) has neither.
    socket.once('end', ended).once('error', ended);
  }

  get isOpen(): boolean {
    return !this.#socket.closed;
  }

  onClose(listener: (byPeer: boolean) => void): void {
    this.#socket.once('close', () => listener(this.#endedByPeer));
  }
}
