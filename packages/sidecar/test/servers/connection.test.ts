import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Refusal } from '../../src/servers/connection.ts';
import { answering, startFakeServer } from './fake-server.ts';
import type { FakeServer } from './fake-server.ts';
import { connectionTo, ping, readLine } from './ping.ts';
import { countingContext, local } from './watching.ts';

let fake: FakeServer;

beforeEach(async () => {
  fake = await startFakeServer(answering('pong\r\n'));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await fake.stop();
});

describe('one connection', () => {
  test('serves look after look', async () => {
    const connection = connectionTo(local('redis', fake.port));
    for (let look = 0; look < 5; look += 1) expect(await ping(connection)).toBe('pong');
    expect(fake.accepted).toBe(1);
  });

  test('refuses a look while another is under way', async () => {
    const connection = connectionTo(local('redis', fake.port));
    const first = ping(connection);
    await expect(ping(connection)).rejects.toThrow('the look before has not ended');
    expect(await first).toBe('pong');
  });

  test('goes on waiting after the deadline, and is as good as before when the answer comes', async () => {
    let answer = (): void => undefined;
    fake.onConnection = (socket) => socket.on('data', () => (answer = () => void socket.write('late\r\n')));
    const connection = connectionTo(local('redis', fake.port));
    const signal = AbortSignal.timeout(50);
    const look = connection.look(signal, (dialogue) => dialogue.ask('ping\r\n', readLine));
    await once(signal, 'abort');
    answer();
    expect(await look).toBe('late');
    const next = ping(connection);
    await vi.waitFor(() => {
      answer();
      return next;
    }, 10_000);
    expect(fake.accepted).toBe(1);
  });

  test('is given up when no answer comes for long, and made anew', async () => {
    fake.onConnection = () => undefined;
    const connection = connectionTo(local('redis', fake.port), { patienceMs: 50 });
    await expect(ping(connection, 50)).rejects.toThrow('the server did not answer');
    await vi.waitFor(() => expect(fake.open.size).toBe(0), 10_000);
    fake.onConnection = answering('pong\r\n');
    expect(await ping(connection)).toBe('pong');
    expect(fake.accepted).toBe(2);
  });

  test('outlives a refusal, and no other failure', async () => {
    const connection = connectionTo(local('redis', fake.port));
    const failWith = (error: Error): Promise<never> =>
      connection.look(new AbortController().signal, async () => {
        throw error;
      });
    await expect(failWith(new Refusal('no'))).rejects.toThrow('no');
    expect(await ping(connection)).toBe('pong');
    expect(fake.accepted).toBe(1);
    await expect(failWith(new Error('broken'))).rejects.toThrow('broken');
    await vi.waitFor(() => expect(fake.open.size).toBe(0), 10_000);
    expect(await ping(connection)).toBe('pong');
    expect(fake.accepted).toBe(2);
  });
});

describe('a connection that is lost', () => {
  test('in the middle of an answer fails that look at once', async () => {
    fake.onConnection = (socket) => socket.on('data', () => socket.end('po'));
    const connection = connectionTo(local('redis', fake.port));
    await expect(ping(connection)).rejects.toThrow('the server closed the connection');
    fake.onConnection = answering('pong\r\n');
    expect(await ping(connection)).toBe('pong');
  });

  test.each([
    ['closed', (socket: Socket) => socket.end()],
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ])('while nothing is asked (%s) is made anew by the next look', async (_, lose) => {
    const connection = connectionTo(local('redis', fake.port));
    await ping(connection);
    for (const socket of fake.open) lose(socket);
    await vi.waitFor(async () => expect(await ping(connection)).toBe('pong'), 10_000);
    expect(fake.accepted).toBe(2);
  });

  test('is refused where nobody listens, by one clear error', async () => {
    await fake.stop();
    await expect(ping(connectionTo(local('redis', fake.port)))).rejects.toThrow(`ECONNREFUSED 127.0.0.1:${fake.port}`);
  });

  test('is refused under each address of a name, by one error that says so', async () => {
    await fake.stop();
    // Which addresses a name has is the system's affair.
    vi.spyOn(dns, 'lookup').mockImplementation(((...args: unknown[]) => {
      const callback = args.at(-1) as (error: null, addresses: object[]) => void;
      const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
      process.nextTick(callback, null, addresses);
    }) as unknown as typeof dns.lookup);
    const named = local('redis', 0, { address: { host: 'cache.example', port: fake.port } });
    await expect(ping(connectionTo(named))).rejects.toThrow(
      `connect ECONNREFUSED 127.0.0.1:${fake.port}, connect ECONNREFUSED 127.0.0.2:${fake.port}`,
    );
  });
});

describe('close', () => {
  test('ends a look and its connection at once', async () => {
    fake.onConnection = () => undefined;
    const connection = connectionTo(local('redis', fake.port));
    const look = ping(connection);
    await vi.waitFor(() => expect(fake.open.size).toBe(1), 10_000);
    connection.close();
    await expect(look).rejects.toThrow('closed');
    await vi.waitFor(() => expect(fake.open.size).toBe(0), 10_000);
    await expect(ping(connection)).rejects.toThrow('closed');
  });

  test('ends one that is being made', async () => {
    const connection = connectionTo(local('redis', fake.port));
    const look = ping(connection);
    connection.close();
    await expect(look).rejects.toThrow('closed');
    await vi.waitFor(() => expect(fake.open.size).toBe(0), 10_000);
  });
});

describe('a server that takes no connections', () => {
  test('knows nothing of one that is not made yet, so that one ends at the deadline', async () => {
    const full = await startFullServer();
    const connection = connectionTo(local('redis', full.port));
    await expect(ping(connection, 100)).rejects.toThrow('the server did not answer');
    full.resume();
    await vi.waitFor(async () => expect(await ping(connection, 500)).toBe('pong'), { timeout: 5000 });
  });

  test('is looked up by its name once at a time, whatever the deadline', async () => {
    // A resolver that hangs cannot be had for real without changing the system's.
    let found = (): void => undefined;
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((...args: unknown[]) => {
      const callback = args.at(-1) as (error: null, addresses: object[]) => void;
      found = () => callback(null, [{ address: '127.0.0.1', family: 4 }]);
    }) as unknown as typeof dns.lookup);
    const named = local('redis', 0, { address: { host: 'cache.example', port: fake.port } });
    const connection = connectionTo(named, { patienceMs: 50 });
    const signal = AbortSignal.timeout(50);
    const longAfter = AbortSignal.timeout(200);
    let ended = false;
    const look = connection
      .look(signal, (dialogue) => dialogue.ask('ping\r\n', readLine))
      .finally(() => (ended = true));
    look.catch(() => undefined);
    await once(longAfter, 'abort');
    expect(ended).toBe(false);
    expect(lookup).toHaveBeenCalledTimes(1);
    found();
    await expect(look).rejects.toThrow('the server did not answer');
    const next = ping(connection);
    await vi.waitFor(() => expect(lookup).toHaveBeenCalledTimes(2), 10_000);
    found();
    expect(await next).toBe('pong');
  });
});

describe('what a server sends', () => {
  test('is counted for one look, and ends the connection beyond the limit', async () => {
    const context = countingContext(1000);
    fake.onConnection = answering(`${'a'.repeat(700)}\r\n`, `${'b'.repeat(700)}\r\n`, 'c'.repeat(1001), 'd');
    const connection = connectionTo(local('redis', fake.port), { context });
    expect(await ping(connection)).toHaveLength(700);
    expect(await ping(connection)).toHaveLength(700);
    expect(context.tooLong).toBe(0);
    await expect(ping(connection)).rejects.toThrow('the server sent more than 1000 bytes');
    expect(context.tooLong).toBe(1);
    expect(await vi.waitFor(() => ping(connection), 10_000)).toHaveLength(700);
  });

  test('may come byte by byte', async () => {
    fake.onConnection = (socket) => {
      socket.setNoDelay(true);
      socket.on('data', () => {
        for (const byte of 'slowly but surely\r\n') socket.write(byte);
      });
    };
    expect(await ping(connectionTo(local('redis', fake.port)))).toBe('slowly but surely');
  });

  test('without being asked ends the connection', async () => {
    const connection = connectionTo(local('redis', fake.port));
    await ping(connection);
    for (const socket of fake.open) socket.write('by the way\r\n');
    await vi.waitFor(() => expect(fake.open.size).toBe(0), 10_000);
    fake.onConnection = answering('pong\r\nand more\r\n');
    await expect(ping(connection)).rejects.toThrow('the server said more than it was asked');
  });
});

test('a Unix socket', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-socket-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'cache.sock');
  const server = createServer(answering('pong\r\n')).listen(path);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const connection = connectionTo(local('memcached', 0, { address: { path } }));
  expect(await ping(connection)).toBe('pong');
  connection.close();
});

/** A process that listens, is stopped, and whose queue of connections is full, so that the kernel takes no more. */
async function startFullServer(): Promise<{ readonly port: number; resume(): void }> {
  const code = `
    const server = require('node:net').createServer((socket) => socket.on('error', () => {}).on('data', () => socket.write('pong\\r\\n')));
    server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(text.toString());
  child.kill('SIGSTOP');
  const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  onTestFinished(() => {
    for (const filler of fillers) filler.destroy();
  });
  await vi.waitFor(
    () => expect(fillers.filter(({ connecting }) => !connecting).length).toBeGreaterThanOrEqual(2),
    10_000,
  );
  return {
    port,
    resume: () => {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGCONT');
    },
  };
}
