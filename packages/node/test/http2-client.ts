import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { Started } from './start.ts';

/** A session with a server: `raw` is the connection as the kernel has it. */
export interface Session {
  readonly raw: Socket;
  readonly session: ClientHttp2Session;
  /** Sends a request; with `open`, its body is not ended. */
  send(headers?: OutgoingHttpHeaders, open?: boolean): ClientHttp2Stream;
}

/** Opens a session over TLS or in cleartext. Nothing of its streams is read until somebody does. */
export async function openSession({ port }: Started, secure: boolean): Promise<Session> {
  const raw = connectTcp(port, '127.0.0.1');
  raw.on('error', () => undefined);
  const session = connect(`${secure ? 'https' : 'http'}://127.0.0.1:${port}`, {
    createConnection: () =>
      secure ? connectTls({ socket: raw, rejectUnauthorized: false, ALPNProtocols: ['h2'] }) : raw,
  });
  session.on('error', () => undefined);
  onTestFinished(() => void raw.destroy());
  await new Promise((resolve) => session.once('connect', resolve));
  return {
    raw,
    session,
    send: (headers = {}, open = false) => {
      const stream = session.request({ ':path': '/', ...headers }, { endStream: !open });
      return stream.on('error', () => undefined);
    },
  };
}
