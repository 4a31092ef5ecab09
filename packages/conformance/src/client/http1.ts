import { Agent, request } from 'node:http';
import type { RequestOptions as HttpRequestOptions, IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as secureConnect } from 'node:tls';
import { PART, partsOf } from './body-parts.ts';
import type { Answer, Client, Leave, RequestOptions } from './client.ts';

/** A connection to a server on loopback, and the TCP connection below it: the same unless there is TLS between. */
export interface Connection {
  readonly socket: Socket;
  readonly tcp: Socket;
}

/** Connects to a server on loopback; over TLS if `secure`. */
export async function openConnection(port: number, secure: boolean): Promise<Connection> {
  const tcp = connect(port, '127.0.0.1');
  const socket = secure ? secureConnect({ socket: tcp, rejectUnauthorized: false }) : tcp;
  await new Promise<void>((resolve, reject) => {
    socket.once(secure ? 'secureConnect' : 'connect', () => resolve());
    socket.once('error', reject);
  });
  return { socket, tcp };
}

/** Speaks HTTP/1.1. */
export function http1Client(port: number, secure: boolean): Client {
  const address = { port, host: '127.0.0.1', rejectUnauthorized: false, secure };
  return {
    send: (target, options = {}) => send({ ...address, agent: false }, target, options),
    connect: () => {
      const settings = { keepAlive: true, maxSockets: 1 };
      const agent = secure ? new SecureAgent(settings) : new Agent(settings);
      return {
        send: (target, options = {}) => send({ ...address, agent }, target, options),
        close: () => agent.destroy(),
      };
    },
    leave: (target, how, ready) => leave(port, secure, target, how, ready),
  };
}

type Address = HttpRequestOptions & { readonly secure: boolean };

function send(
  address: Address,
  path: string,
  { method = 'GET', headers = {}, body, trailers, unfinished = false, beforeReading }: RequestOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const informational: number[] = [];
    const outgoing = (address.secure ? secureRequest : request)({ ...address, path, method, headers }, (response) => {
      const answered =
        beforeReading === undefined ? readBody(response) : beforeReading().then(() => readBody(response));
      const settle = (bytes: Buffer): void => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          body: bytes.toString(),
          bytes,
          trailers: response.trailers,
          informational,
        });
        if (unfinished) outgoing.destroy();
      };
      answered.then(settle, reject);
    });
    outgoing.on('information', ({ statusCode }) => informational.push(statusCode));
    outgoing.on('error', reject);
    if (trailers !== undefined) {
      outgoing.setHeader('Trailer', Object.keys(trailers).join(', '));
      outgoing.addTrailers(trailers);
    }
    if (body === undefined || (!unfinished && (typeof body === 'string' || Buffer.isBuffer(body)))) {
      outgoing.end(body);
      return;
    }
    for (const part of partsOf(body)) outgoing.write(part);
    if (!unfinished) outgoing.end();
  });
}

function readBody(response: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => resolve(Buffer.concat(chunks)));
  });
}

async function leave(
  port: number,
  secure: boolean,
  path: string,
  { after, reset = false, uploading = false }: Leave,
  ready: () => Promise<void>,
): Promise<void> {
  const { socket, tcp } = await openConnection(port, secure);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  // The server may well reset the connection in its turn.
  socket.on('error', () => undefined);
  const answered = new Promise<void>((resolve) => socket.once('data', () => resolve()));
  socket.write(
    uploading
      ? `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n${PART}`
      : `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  );
  await (after === 'request' ? ready() : answered);
  if (reset) tcp.resetAndDestroy();
  else socket.destroy();
  await closed;
}
