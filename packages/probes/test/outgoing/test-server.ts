import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const LARGE = Buffer.alloc(4 * 1024 * 1024, 'x');

/** What the server does for a path; the first segment is looked at only. */
const answers: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  ok: (_, response) => response.end('ok'),
  missing: (_, response) => response.writeHead(404).end('missing'),
  failing: (_, response) => response.writeHead(500).end('failing'),
  empty: (_, response) => response.writeHead(204).end(),
  hinted: (_, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    response.end('hinted');
  },
  moved: (_, response) => response.writeHead(302, { location: '/ok' }).end(),
  silent: () => {},
  reset: (request) => request.socket.resetAndDestroy(),
  slow: (_, response) => {
    response.write('a');
    setTimeout(() => response.end('b'), 60);
  },
  stuck: (_, response) => response.writeHead(200).write('a'),
  cut: (request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('a', () => request.socket.end());
  },
  cutHard: (request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('a', () => request.socket.resetAndDestroy());
  },
  large: (_, response) => response.end(LARGE),
  echo: (request, response) => void request.pipe(response),
  brief: (_, response) => response.writeHead(200, { connection: 'close' }).end('brief'),
  garbage: (request) => request.socket.end('what is this\r\n\r\n'),
};

/** A server that answers by {@link answers}. */
export interface TestServer {
  readonly server: Server;
  readonly port: number;
  readonly origin: string;
  stop(): Promise<void>;
}

/** Listens on a free port of loopback. */
export async function startServer(server: Server = createServer()): Promise<TestServer> {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    request.on('error', () => {});
    answers[/^\/?(\w*)/.exec(request.url!)![1]!]!(request, response);
  });
  server.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n');
  });
  server.on('connect', (_request, socket) => {
    socket.end('HTTP/1.1 200 OK\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** A port that nobody listens on. */
export async function closedPort(): Promise<number> {
  const { port, stop } = await startServer();
  await stop();
  return port;
}
