import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { httpLimits, serverOptions, tuneServer } from '../../src/http/tune-server.ts';

it('sets the timeouts', () => {
  const server = createServer(serverOptions);
  tuneServer(server);
  const { headersTimeout, requestTimeout, keepAliveTimeout } = server;
  expect({ headersTimeout, requestTimeout, keepAliveTimeout }).toEqual({
    headersTimeout: 5_000,
    requestTimeout: 10_000,
    keepAliveTimeout: 75_000,
  });
});

it('closes a connection that sends its headers byte by byte', async () => {
  const server = createServer(serverOptions);
  tuneServer(server, { ...httpLimits, headerTime: 1_000 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    const began = performance.now();
    socket.on('error', () => undefined).resume();
    socket.write('POST / HTTP/1.1\r\nX: ');
    const trickle = setInterval(() => socket.write('x'), 200);
    await once(socket, 'close');
    clearInterval(trickle);
    const seconds = (performance.now() - began) / 1_000;
    expect(seconds).toBeGreaterThan(0.9);
    expect(seconds).toBeLessThan(5);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
