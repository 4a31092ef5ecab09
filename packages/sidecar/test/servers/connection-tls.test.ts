import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { WatchedServer } from '../../src/config/watched-servers.ts';
import { Dialogue } from '../../src/servers/dialogue.ts';
import { makeCertificate } from './certificate.ts';
import { answering, startFakeServer } from './fake-server.ts';
import type { FakeServer } from './fake-server.ts';
import { connectionTo, ping } from './ping.ts';
import { local } from './watching.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-tls-'));
const { certFile, keyFile } = makeCertificate(folder, 'DNS:cache.example', 'IP:127.0.0.1');
const pem = { cert: readFileSync(certFile), key: readFileSync(keyFile) };

let fake: FakeServer;

beforeEach(async () => {
  fake = await startFakeServer();
});

afterEach(() => fake.stop());

afterAll(() => rmSync(folder, { recursive: true }));

test('TLS is spoken from the first byte, to the right name only', async () => {
  const secure = createTlsServer(pem, answering('pong\r\n'));
  await once(secure.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void secure.close());
  const { port } = secure.address() as { port: number };
  const to = (tls: WatchedServer['tls'] & object): Promise<string> => ping(connectionTo(local('redis', port, { tls })));
  expect(await to({ caFile: certFile, verify: true })).toBe('pong');
  expect(await to({ caFile: certFile, verify: true, serverName: 'cache.example' })).toBe('pong');
  expect(await to({ verify: false })).toBe('pong');
  await expect(to({ caFile: certFile, verify: true, serverName: 'other.example' })).rejects.toThrow('altnames');
  await expect(to({ verify: true })).rejects.toThrow('self-signed certificate');
  await expect(to({ caFile: join(folder, 'none.pem'), verify: true })).rejects.toThrow('ENOENT');
});

test('TLS is spoken from where the protocol asks for it', async () => {
  fake.onConnection = (socket) => {
    socket.once('data', () => {
      socket.write('S', () => {
        const secure = new TLSSocket(socket, { isServer: true, ...pem });
        answering('pong\r\n')(secure);
        secure.on('error', () => undefined);
      });
    });
  };
  const connection = connectionTo(local('redis', fake.port, { tls: { caFile: certFile, verify: true } }), {
    tls: 'asked',
    logIn: async (wire) => {
      await new Promise<void>((resolve) => {
        wire.onData = () => resolve();
        wire.write('TLS?');
      });
      await wire.startTls();
      return new Dialogue(wire);
    },
  });
  expect(await ping(connection)).toBe('pong');
  expect(await ping(connection)).toBe('pong');
});

test('TLS is not spoken by a server that does not know it', async () => {
  fake.onConnection = answering('pong\r\n');
  const connection = connectionTo(local('redis', fake.port, { tls: { verify: false } }));
  await expect(ping(connection)).rejects.toThrow(/wrong version number|packet length/i);
});
