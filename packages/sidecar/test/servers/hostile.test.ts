import type { Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Collection, Collector } from '../../src/collectors/collector.ts';
import { Secret } from '../../src/config/secret.ts';
import type { System } from '../../src/config/watched-server.ts';
import { serverCollectors } from '../../src/servers/registry.ts';
import { answering, startFakeServer } from './fake-server.ts';
import type { FakeServer } from './fake-server.ts';
import { countingContext, local, ownValues } from './watching.ts';

const INFO =
  '# Server\r\nredis_version:6.2.0\r\nuptime_in_seconds:7\r\n\r\n# Keyspace\r\ndb0:keys=1,expires=0,avg_ttl=0\r\n';
const SANE: Record<'redis' | 'memcached', string> = {
  redis: `$${INFO.length}\r\n${INFO}\r\n`,
  memcached: 'STAT pid 1\r\nSTAT uptime 7\r\nSTAT threads 4\r\nSTAT rusage_user 0.25\r\nEND\r\n',
};
const ONE_VALUE = { redis: { 'redis.uptime': 7 }, memcached: { 'memcached.threads': 4 } };

let fake: FakeServer;

beforeEach(async () => {
  fake = await startFakeServer();
});

afterEach(() => fake.stop());

function collectorOf(system: System, context = countingContext()): Collector {
  const credentials = { user: 'outrider', password: Secret.of('planted-secret') };
  const watched = local(system, fake.port, system === 'memcached' ? credentials : {});
  const collector = serverCollectors[system](watched, context);
  onTestFinished(() => collector.close?.());
  return collector;
}

function collect(collector: Collector, deadlineMs = 2000): Promise<Collection> {
  return Promise.resolve(collector.collect(AbortSignal.timeout(deadlineMs)));
}

async function messageOf(collection: Promise<Collection>): Promise<string> {
  return collection.then(
    () => 'nothing went wrong',
    (error: unknown) => (error as Error).message,
  );
}

function pour(socket: Socket, chunk: Uint8Array): void {
  const write = (): void => {
    while (!socket.destroyed && socket.write(chunk));
    socket.once('drain', write);
  };
  write();
}

const NEVER_ASKED = 'the server said more than it was asked';
const TOO_LONG = /the server (?:sent|announces) more than 100000 bytes/;
const manyFigures = Array.from({ length: 5001 }, (_, n) => `STAT ${n.toString(36)} 1\r\n`).join('');
const GARBAGE = Buffer.from(Array.from({ length: 4000 }, (_, index) => (index * 7919 + 13) % 256));

// What is answered, and what is said about it.
type Misdeed = readonly [name: string, answer: string | Uint8Array, message: string | RegExp];
const MISDEEDS: Record<'redis' | 'memcached', readonly Misdeed[]> = {
  redis: [
    ['1 GiB announced', '$1073741824\r\n', TOO_LONG],
    ['a negative length', '$-2\r\n', 'the answer is not one of Redis'],
    ['no value', '$-1\r\n', 'the answer is not one of Redis'],
    ['a length beyond all numbers', `$${'9'.repeat(40)}\r\n`, 'the answer is not one of Redis'],
    ['a length that is text', '$0x10\r\n', 'the answer is not one of Redis'],
    ['another type', ':1\r\n', 'the answer is not one of Redis'],
    ['an array of arrays', '*1\r\n'.repeat(1000), 'the answer is not one of Redis'],
    ['RESP3', '%1\r\n+a\r\n+b\r\n', 'the answer is not one of Redis'],
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'the answer is not one of Redis'],
    ['a text that is longer than announced', '$3\r\nabcdef\r\n', 'the answer is not one of Redis'],
    ['an answer without a figure', '$6\r\nhello!\r\n', 'the answer has no figure that is known'],
    ['two answers', `${SANE.redis}${SANE.redis}`, NEVER_ASKED],
    ['an unknown error', '-WEIRD \u001b[31mred\n\u2028x\r\n', 'Redis refuses INFO: WEIRD  [31mred x'],
    ['a long error', `-ERR ${'x'.repeat(5000)}\r\n`, /^Redis refuses INFO: ERR x{196}…$/],
    ['a million fields', `$80000\r\n${'a:1\r\n'.repeat(16_000)}\r\n`, 'the answer has more than 10000 lines'],
    ['an endless text', `+${'x'.repeat(200_000)}`, TOO_LONG],
  ],
  memcached: [
    ['another protocol', '+OK\r\n', 'the answer is not one of memcached'],
    ['binary', Buffer.from([0x81, 0x10, 13, 10]), 'the answer is not one of memcached'],
    ['an answer without a figure', 'END\r\n', 'the answer has no figure that is known'],
    ['two answers', `${SANE.memcached}${SANE.memcached}`, NEVER_ASKED],
    ['an error', 'SERVER_ERROR out of memory planted-secret\r\n', 'memcached refuses stats: an error'],
    ['thousands of figures', manyFigures, 'the answer has more than 5000 figures'],
    ['endless figures', 'STAT a 1\r\n'.repeat(20_000), TOO_LONG],
  ],
};

describe.each(['redis', 'memcached'] as const)('%s', (system) => {
  test.each(MISDEEDS[system])('%s', async (_, answer, message) => {
    const context = countingContext();
    const collector = collectorOf(system, context);
    fake.onConnection = answering(answer);
    expect(await messageOf(collect(collector))).toMatch(message);
    expect(context.tooLong).toBe(message === TOO_LONG ? 1 : 0);
    fake.onConnection = answering(SANE[system]);
    // A refusal leaves the connection as it is.
    for (const socket of fake.open) socket.destroy();
    await vi.waitFor(async () => expect(ownValues(await collect(collector))).toMatchObject(ONE_VALUE[system]), 10_000);
  });

  test('an endless line costs the limit, and no more memory', async () => {
    const context = countingContext();
    const collector = collectorOf(system, context);
    const chunk = Buffer.alloc(65_536, 'x');
    fake.onConnection = (socket) => socket.once('data', () => pour(socket, chunk));
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    for (let round = 1; round <= 20; round += 1) {
      expect(await messageOf(collect(collector))).toMatch(TOO_LONG);
      expect(context.tooLong).toBe(round);
      await vi.waitFor(() => expect(fake.open.size).toBe(0), { interval: 5 });
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  test('garbage is no answer', async () => {
    const collector = collectorOf(system);
    fake.onConnection = answering(Buffer.concat([GARBAGE, Buffer.from('\r\n')]));
    expect(await messageOf(collect(collector))).toMatch(/^the (?:answer is not one of|server said)/);
  });

  test('an answer in thousands of pieces is one answer', async () => {
    fake.onConnection = (socket) => {
      socket.setNoDelay(true);
      socket.on('data', () => {
        for (const byte of SANE[system]) socket.write(byte);
      });
    };
    expect(ownValues(await collect(collectorOf(system)))).toMatchObject(ONE_VALUE[system]);
  });

  test('half an answer, then the end', async () => {
    const collector = collectorOf(system);
    fake.onConnection = (socket) => socket.on('data', () => socket.end(SANE[system].slice(0, 20)));
    expect(await messageOf(collect(collector))).toBe('the server closed the connection');
  });

  test('half an answer, then silence, then the other half', async () => {
    const collector = collectorOf(system);
    let rest = (): void => undefined;
    fake.onConnection = (socket) =>
      socket.once('data', () => {
        socket.write(SANE[system].slice(0, 20));
        rest = () => {
          answering(SANE[system])(socket);
          socket.write(SANE[system].slice(20));
        };
      });
    const signal = AbortSignal.timeout(30);
    const late = collector.collect(signal);
    await vi.waitFor(() => expect(signal.aborted).toBe(true), 10_000);
    rest();
    expect(ownValues(await late)).toMatchObject(ONE_VALUE[system]);
    expect(ownValues(await collect(collector))).toMatchObject(ONE_VALUE[system]);
    expect(fake.accepted).toBe(1);
  });

  test('whatever bytes are changed, it fails as it should, or its values are numbers', async () => {
    const sane = Buffer.from(SANE[system]);
    const change = fc.record({
      at: fc.nat(sane.length),
      remove: fc.nat(4),
      insert: fc.oneof(
        fc.uint8Array({ maxLength: 4 }),
        fc
          .constantFrom('\r\n', '$-1', '1e999', 'NaN', '__proto__:1\r\n', 'STAT __proto__ 1\r\n', 'END\r\n')
          .map((text) => Buffer.from(text)),
      ),
    });
    let mutated = sane;
    // It closes what has not ended, so that a half of an answer is no wait.
    fake.onConnection = (socket) => socket.on('data', () => socket.end(mutated));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        mutated = changes.reduce(
          (bytes, { at, remove, insert }) =>
            Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]),
          sane,
        );
        const collector = collectorOf(system);
        const result = await collect(collector).catch((error: unknown) => error as Error);
        collector.close?.();
        if (result instanceof Error) {
          expect(result.constructor).not.toBe(TypeError);
          expect(result.message).toMatch(/^(?:the (?:server|answer) |Redis |memcached |read ECONNRESET|write EPIPE)/);
        } else {
          for (const value of Object.values(ownValues(result))) expect(Number.isFinite(value) && value >= 0).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('something that says it is a Redis 7, and takes no sections, is asked without', async () => {
  const asked: string[] = [];
  const info = INFO.replace('6.2.0', '7.4.0');
  fake.onConnection = (socket) =>
    socket.on('data', (question: Buffer) => {
      asked.push(question.toString());
      const sections = question.includes('keyspace');
      socket.write(sections ? '-ERR syntax error\r\n' : `$${info.length}\r\n${info}\r\n`);
    });
  const collector = collectorOf('redis');
  for (let look = 0; look < 3; look += 1) expect(ownValues(await collect(collector))).toMatchObject(ONE_VALUE.redis);
  expect(asked.map((question) => question.includes('keyspace'))).toEqual([false, true, false, false]);
});

test.each([
  ['-LOADING Redis is loading the dataset in memory', 'Redis is loading its data'],
  [
    "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    'this replica has lost its primary',
  ],
  ['-DENIED Redis is running in protected mode because protected mode is enabled and no password', 'in protected mode'],
])('%s', async (line, message) => {
  fake.onConnection = answering(`${line}\r\n`);
  expect(await messageOf(collect(collectorOf('redis')))).toContain(message);
});

test('a Redis that repeats the password it was told is not quoted', async () => {
  fake.onConnection = answering('+OK\r\n', '-ERR I was told planted-secret\r\n');
  const server = local('redis', fake.port, { password: Secret.of('planted-secret') });
  const collector = serverCollectors.redis(server, countingContext());
  onTestFinished(() => collector.close?.());
  expect(await messageOf(collect(collector))).toBe('Redis refuses INFO: ERR');
});

test('a memcached without authentication is never told the password, which it would store', async () => {
  const asked: string[] = [];
  fake.onConnection = (socket) =>
    socket.on('data', (question: Buffer) => {
      asked.push(question.toString());
      socket.write(SANE.memcached);
    });
  await collect(collectorOf('memcached'));
  expect(asked).toEqual(['stats\r\n']);
});
