import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { WatchedServer } from '../../src/config/watched-server.ts';
import { Dialogue } from '../../src/servers/dialogue.ts';
import { createAuthority } from '../http/certificates.ts';
import { answering, startFakeServer } from './fake-server.ts';
import type { FakeServer } from './fake-server.ts';
import { connectionTo, ping } from './ping.ts';
import { local } from './watching.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-tls-'));
const authority = createAuthority(folder);
const caFile = authority.certFile;
const { cert, key } = authority.issue('server', 'DNS:cache.example,IP:127.0.0.1');

let fake: FakeServer;

beforeEach(async () => {
  fake = await startFakeServer();
});

afterEach(() => fake.stop());

afterAll(() => rmSync(folder, { recursive: true }));

test('TLS is spoken from the first byte, to the right name only', async () => {
  const secure = createTlsServer({ cert, key }, answering('pong\r\n'));
  await once(secure.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void secure.close());
  const { port } = secure.address() as { port: number };
  const to = (tls: WatchedServer['tls'] & object): Promise<string> => ping(connectionTo(local('redis', port, { tls })));
  expect(await to({ caFile, verify: true })).toBe('pong');
  expect(await to({ caFile, verify: true, serverName: 'cache.example' })).toBe('pong');
  expect(await to({ verify: false })).toBe('pong');
  await expect(to({ caFile, verify: true, serverName: 'other.example' })).rejects.toThrow('altnames');
  await expect(to({ verify: true })).rejects.toThrow('unable to verify the first certificate');
  await expect(to({ caFile: join(folder, 'none.pem'), verify: true })).rejects.toThrow('there is no such file');
  // Reading it would wait for ever, and everything else with it.
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  await expect(to({ caFile: join(folder, 'pipe'), verify: true })).rejects.toThrow('it is no regular file');
});

test('TLS is spoken from where the protocol asks for it', async () => {
  fake.onConnection = (socket) => {
    socket.once('data', () => {
      socket.write('S', () => {
        const secure = new TLSSocket(socket, { isServer: true, cert, key });
        answering('pong\r\n')(secure);
        secure.on('error', () => undefined);
      });
    });
  };
  const connection = connectionTo(local('redis', fake.port, { tls: { caFile, verify: true } }), {
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
  await expect(ping(connection)).rejects.toThrow(/^TLS failed: (?:wrong version number|packet length too long)$/);
});
