import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { limitConnections } from '../../src/http/connection-limit.ts';

let server: Server;
let most: number;
let closed: number;
let sockets: Socket[];

beforeEach(async () => {
  most = 2;
  closed = 0;
  sockets = [];
  server = createServer();
  const note: RequestListener = limitConnections(
    server,
    () => most,
    () => {
      closed += 1;
    },
  );
  server.on('request', (req, res) => {
    note(req, res);
    if (req.url === '/now') res.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.closeAllConnections();
  server.close();
});

async function open(): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  const accepted = once(server, 'connection');
  await Promise.all([once(socket, 'connect'), accepted]);
  return socket;
}

/** Has a socket send a request, and waits for the answer unless it hangs. */
async function ask(socket: Socket, path: '/now' | '/never'): Promise<void> {
  const seen = once(path === '/now' ? socket : server, path === '/now' ? 'data' : 'request');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
  await seen;
}

async function untilClosed(...expected: readonly Socket[]): Promise<void> {
  await vi.waitFor(() => expect(sockets.filter((socket) => socket.closed)).toEqual(expected), 10_000);
  expect(closed).toBe(expected.length);
}

it('closes the oldest that never asked before one that is idle', async () => {
  const first = await open();
  await ask(first, '/now');
  const second = await open();
  await open();
  await untilClosed(second);
});

it('closes the one that has been idle for the longest', async () => {
  const [first, second] = [await open(), await open()];
  await ask(second, '/now');
  await ask(first, '/now');
  await open();
  await untilClosed(second);
});

it('closes the newest where all are busy', async () => {
  for (const socket of [await open(), await open()]) await ask(socket, '/never');
  const third = await open();
  await untilClosed(third);
});

it('counts none that were closed by themselves, and takes another limit at once', async () => {
  (await open()).destroy();
  await vi.waitFor(async () => {
    expect(await new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(0);
  }, 10_000);
  sockets = [];
  await open();
  await open();
  await untilClosed();
  most = 3;
  await open();
  await untilClosed();
});
