import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { onTestFinished } from 'vitest';
import { until } from '../../conformance/src/until.ts';
import type { Started } from './start.ts';

export const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** A connection to a server: `raw` is that of the kernel, `socket` the one to speak over. */
export interface Connection {
  readonly raw: Socket;
  readonly socket: Socket;
  /** What was received so far. */
  received(): string;
  receives(text: string): Promise<void>;
  /** Waits until the server has ended its side, and ends the client's. */
  finished(): Promise<void>;
}

/** Connects, over TLS or not. The client's side stays open when the server ends its own. */
export async function connectTo({ port }: Started, secure: boolean): Promise<Connection> {
  const raw = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  // TLS has this option too, as every net.Socket, but not in the types of `connect`.
  const options = { socket: raw, rejectUnauthorized: false, allowHalfOpen: true, ALPNProtocols: ['http/1.1'] };
  const socket = secure ? connectTls(options) : raw;
  let received = '';
  socket.on('data', (data: Buffer) => (received += data.toString('latin1')));
  for (const either of new Set([raw, socket])) either.on('error', () => undefined);
  onTestFinished(() => void raw.destroy());
  await new Promise((resolve) => socket.once(secure ? 'secureConnect' : 'connect', resolve));
  return {
    raw,
    socket,
    received: () => received,
    receives: (text) => until(() => received.includes(text), `receives ${text}`),
    finished: async () => {
      await until(() => socket.closed || socket.readableEnded, 'the server ends its side');
      socket.end();
    },
  };
}
