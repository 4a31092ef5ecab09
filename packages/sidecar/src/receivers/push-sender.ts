import type { IncomingMessage } from 'node:http';
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

class SocketConnection implements PushConnection {
  readonly #socket: Socket;
  #endedByPeer = false;

  constructor(socket: Socket) {
    this.#socket = socket;
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
