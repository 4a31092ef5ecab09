import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerClientErrors } from '../../src/http/client-error.ts';
import { serverOptions } from '../../src/http/tune-server.ts';

let server: Server;
let heard: number;

beforeEach(async () => {
  heard = 0;
  server = createServer(serverOptions, (_, res) => res.end('ok'));
  answerClientErrors(server, {
    headers: () => [['X-Frame-Options', 'DENY']],
    onHttp2: () => {
      heard += 1;
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function port(): number {
  return (server.address() as AddressInfo).port;
}

/** Sends these texts, each after an answer to the one before, and gives all that comes back until the connection closes. */
async function conversation(...texts: readonly string[]): Promise<string> {
  const socket = connect(port(), '127.0.0.1');
  let received = '';
  let sent = 0;
  const next = (): void => void socket.write(texts[sent++] ?? '');
  socket.on('connect', next);
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString();
    if (sent < texts.length) next();
  });
  await once(socket, 'close');
  return received;
}

const WELL = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('what is no HTTP/1.1 request', () => {
  it('is told of, if it is HTTP/2 as gRPC speaks it', async () => {
    expect(await conversation('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(heard).toBe(1);
  });

  it.each([
    ['nonsense', 'nonsense\r\n\r\n', 400],
    ['headers that are too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('is answered: %s', async (_, text, status) => {
    expect(await conversation(text)).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} .*\r\nX-Frame-Options: DENY\r\nConnection: close\r\n\r\n$`),
    );
    expect(heard).toBe(0);
  });

  it('ends a connection that was answered before', async () => {
    const answers = await conversation(WELL, 'nonsense\r\n\r\n');
    expect(answers.match(/^HTTP/gm)).toHaveLength(1);
    expect(answers).toMatch(/ok$/);
  });
});
