import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Collector } from '../../src/collectors/collector.ts';
import { Secret } from '../../src/config/secret.ts';
import type { WatchedServer } from '../../src/config/watched-server.ts';
import { PgAuthentication } from '../../src/servers/pg-authentication.ts';
import { int32, pgMessage } from '../../src/servers/pg-messages.ts';
import { pgbouncer } from '../../src/servers/pgbouncer.ts';
import { postgresql } from '../../src/servers/postgresql.ts';
import { at, failure, look, until, values } from './postgresql-look.ts';
import { AUTHENTICATED, GREETING, READY, recorded, replay, startFake, table } from './postgresql-fake.ts';
import type { Answer, Fake } from './postgresql-fake.ts';

const REPLY_BYTES = 2 ** 20;
// OUTRIDER_FUZZ_RUNS=20000 for a long one.
const RUNS = Number(process.env['OUTRIDER_FUZZ_RUNS'] ?? 300);
const COUNT = 'postgresql.database.count';
const onTooLong = vi.fn<() => void>();
let fake: Fake;
const closing: Array<() => unknown> = [];

beforeEach(async () => {
  fake = await startFake(replay('postgresql'));
});

afterEach(async () => {
  onTooLong.mockClear();
  for (const close of closing.splice(0)) await close();
  await fake.stop();
});

function watch(options: Partial<WatchedServer> = {}): Collector {
  const make = options.system === 'pgbouncer' ? pgbouncer : postgresql;
  const collector = make(at(fake.port, { secret: 'hunter2', ...options }), { replyBytes: REPLY_BYTES, onTooLong });
  closing.push(() => collector.close?.());
  return collector;
}

function raw(type: string, length: number, body = ''): Buffer {
  return Buffer.concat([Buffer.from(type), int32(length), Buffer.from(body, 'latin1')]);
}

function sasl(type: number, text: string): Buffer {
  return pgMessage('R', int32(type), Buffer.from(text, 'latin1'));
}

/** A server that lets nobody in, or everybody, by SCRAM. */
function scram(iterations: number, then: (socket: Socket) => void): Answer {
  return (question, socket, sent) => {
    if (question === 0) socket.write(sasl(10, 'SCRAM-SHA-256\0\0'));
    if (question === 1) {
      const nonce = /r=(.*)$/s.exec(sent.toString('latin1'))![1]!;
      socket.write(sasl(11, `r=${nonce}more,s=${Buffer.from('salt').toString('base64')},i=${iterations}`));
    }
    if (question === 2) then(socket);
  };
}

const SERVER_TABLE = table(['max_connections', 'reads_all'], [['50', 't']]);
const NAMED = ['datname', 'numbackends', 'databases'];

/** A whole answer to a look whose databases are these. */
function databases(columns: readonly string[], rows: ReadonlyArray<ReadonlyArray<string | null>>): Buffer {
  const empty = table(['x'], []);
  return Buffer.concat([SERVER_TABLE, table(columns, rows), empty, empty, empty, READY]);
}

function answering(greeting: Buffer, ...answers: readonly Buffer[]): Answer {
  return (question, socket) => void socket.write([greeting, ...answers][question] ?? READY);
}

const endless: Answer = (_, socket) => {
  const notices = Buffer.concat(Array.from({ length: 1_000 }, () => pgMessage('N', 'SNOTICE', 'Mstill here', '')));
  const more = (): void => {
    while (!socket.destroyed && socket.write(notices));
    socket.once('drain', more);
  };
  more();
};

const wrongStarts: ReadonlyArray<readonly [string, Answer, RegExp]> = [
  ['a length of 0', answering(raw('R', 0)), /shorter than its header/],
  ['a negative length', answering(raw('R', -1)), /shorter than its header/],
  ['a gigabyte', answering(raw('R', 2 ** 30)), /longer than 1048576 bytes/],
  ['a type that is unknown', answering(pgMessage('x')), /not expected \(x\)/],
  ['a type that is no letter', answering(pgMessage('\n')), /not expected \(0xa\)/],
  ['an authentication that is unknown', answering(pgMessage('R', int32(99))), /authentication 99, which is not supp/],
  ['GSSAPI', answering(pgMessage('R', int32(7))), /authentication 7, which is not supported/],
  ['an authentication that is cut off', answering(raw('R', 6, '\0\0')), /ends too early/],
  ['an error that never ends', answering(raw('E', 8, 'Mbcd')), /ends too early/],
  ['an error without a text', answering(pgMessage('E', Buffer.alloc(1))), /^the server gave no reason$/],
  ['readiness before we are known', answering(READY), /not expected \(Z\)/],
  ['a row before any question', answering(Buffer.concat([GREETING, pgMessage('D', int32(0))])), /not expected|closed/],
  ['no mechanism', answering(sasl(10, '\0')), /does not offer SCRAM-SHA-256/],
  ['a second step without a first', answering(sasl(11, 'r=x,s=eA==,i=1')), /authenticates wrongly/],
  ['nonsense in SCRAM', (n, socket) => socket.write([sasl(10, 'SCRAM-SHA-256\0\0'), sasl(11, 'r=,s=')][n]!), /wrongly/],
  ['a thousand million iterations', scram(1e9, () => undefined), /at most 100000 are done|wrongly/],
  ['a few iterations too many', scram(100_001, () => undefined), /100001 iterations of SCRAM; at most 100000/],
  ['no iterations', scram(0, () => undefined), /0 iterations/],
  [
    'a proof that is none',
    scram(4_096, (socket) =>
      socket.write(Buffer.concat([sasl(12, `v=${Buffer.alloc(32).toString('base64')}`), GREETING])),
    ),
    /does not know the password/,
  ],
  ['a proof that is left out', scram(4_096, (socket) => socket.write(GREETING)), /broke off its authentication/],
  ['HTTP', answering(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')), /longer than/],
  ['notices without end', endless, /sent more than 1048576 bytes/],
  ['half an answer', (_, socket) => socket.end(GREETING.subarray(0, 11)), /closed the connection/],
  ['nothing', (_, socket) => socket.end(), /closed the connection/],
  ['another server', answering(Buffer.concat([AUTHENTICATED, READY])), /12 or later is needed, and this is none/],
  [
    'a version that would be lines of a log',
    answering(Buffer.concat([AUTHENTICATED, pgMessage('S', 'server_version', 'x\n\u001b[2J'), READY])),
    /and this is x \[2J$/,
  ],
  [
    'PgBouncer',
    answering(Buffer.concat([AUTHENTICATED, pgMessage('S', 'server_version', '1.18.0/bouncer'), READY])),
    /12 or later is needed, and this is 1\.18\.0\/bouncer/,
  ],
];

const wide = Array.from({ length: 10_000 }, (_, i) => `c${i}`);
const wrongAnswers: ReadonlyArray<readonly [string, Buffer, RegExp]> = [
  ['ten thousand columns', table(wide, []), /too many columns/],
  ['a negative number of columns', table(['a'], [], -1), /too many columns/],
  ['more columns than described', table(['a'], [], 2), /ends too early/],
  ['a row that is too narrow', table(['a', 'b'], [['1']]), /not as wide/],
  [
    'a value of a negative length',
    Buffer.concat([table(['a'], []), raw('D', 10, '\0\x01\xff\xff\xff\xfe')]),
    /too early/,
  ],
  ['a value beyond its row', Buffer.concat([table(['a'], []), raw('D', 10, '\0\x01\x7f\xff\xff\xff')]), /too early/],
  ['a row without a table', raw('D', 6, '\0\0'), /not expected \(D\)/],
  [
    'a hundred thousand rows',
    table(
      [],
      Array.from({ length: 100_000 }, () => []),
    ),
    /more than 10000 rows/,
  ],
  // The server says why before it closes.
  [
    'its end',
    pgMessage('E', 'SFATAL', 'C57P01', 'Mshutting down', Buffer.alloc(1)),
    /^shutting down \(SQLSTATE 57P01\)$/,
  ],
  ['a copy', pgMessage('G', Buffer.alloc(3)), /not expected \(G\)/],
  ['tables that are missing', Buffer.concat([SERVER_TABLE, READY]), /did not answer what it was asked/],
  ['a table too many', Buffer.concat([databases(NAMED, []).subarray(0, -6), SERVER_TABLE, READY]), /did not answer/],
  ['no tables', READY, /did not answer what it was asked/],
  ['a name that is NULL', databases(NAMED, [[null, '1', '1']]), /datname is no name/],
  ['a name of a thousand letters', databases(NAMED, [['n'.repeat(1_000), '1', '1']]), /datname is no name/],
  ...['many', '', ' 1', '0x10', 'NaN', 'Infinity', '1e999', '1_000', '१'].map(
    (text) => [`${text} for a number`, databases(NAMED, [['shop', text, '1']]), /numbackends is no number/] as const,
  ),
  [
    'an error with line breaks, escapes and a lot to say',
    Buffer.concat([pgMessage('E', 'SERROR', `Mbad\n\u001b[31m${'x'.repeat(5_000)}`, Buffer.alloc(1)), READY]),
    /^bad +\[31mx{150,200}…$/,
  ],
];

describe('costs one look, and no more:', () => {
  async function recovers(collector: Collector): Promise<void> {
    fake.answer = replay('postgresql');
    expect(values(await look(collector))[COUNT]).toBe(2);
    await until(() => fake.open.size === 1);
  }

  test.each(wrongStarts)('%s at the start', async (_, answer, message) => {
    fake.answer = answer;
    const collector = watch();
    expect(await failure(collector)).toMatch(message);
    await recovers(collector);
  });

  test.each(wrongAnswers)('%s in an answer', async (_, answer, message) => {
    fake.answer = answering(GREETING, answer);
    const collector = watch();
    expect(await failure(collector)).toMatch(message);
    await recovers(collector);
  });

  test.each([
    ['no TLS', 'N', /does not offer TLS/],
    ['nonsense', 'X', /request for TLS wrongly/],
    ['an error that nobody can have signed', 'ESERROR\0', /request for TLS wrongly/],
    // CVE-2021-23222: put before the handshake by somebody in between, it would be taken for the server's.
    ['more than a letter', `S${GREETING.toString('latin1')}`, /request for TLS wrongly/],
    ['no handshake after it was promised', 'S', /./],
  ])('%s to the request for TLS', async (_, text, message) => {
    fake.answer = (question, socket) =>
      void (question === 0 ? socket.write(text, 'latin1') : socket.end('no handshake either'));
    expect(await failure(watch({ tls: { verify: true } }))).toMatch(message);
    await until(() => fake.open.size === 0);
  });

  test('an answer that nobody asked for', async () => {
    const collector = watch();
    await look(collector);
    for (const socket of fake.open) socket.write(pgMessage('D', int32(0)));
    await until(() => fake.open.size === 0);
    await recovers(collector);
  });

  test('being thrown out', async () => {
    const collector = watch();
    await look(collector);
    for (const socket of fake.open) socket.write(pgMessage('E', 'SFATAL', 'VFATAL', 'C57P01', 'Mbye', Buffer.alloc(1)));
    await until(() => fake.open.size === 0);
    await recovers(collector);
  });
});

test('what never ends is counted, and takes no memory', async () => {
  fake.answer = endless;
  const collector = watch();
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 10; i++) expect(await failure(collector)).toMatch(/sent more than/);
  expect(onTooLong).toHaveBeenCalledTimes(10);
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
});

test('what is only announced as too long is counted, too', async () => {
  fake.answer = answering(raw('R', 2 ** 30));
  expect(await failure(watch())).toMatch(/longer than 1048576 bytes; is it PostgreSQL that listens there\?$/);
  expect(onTooLong).toHaveBeenCalledTimes(1);
});

test('names that mean something to JavaScript, or to a text format, are names', async () => {
  const columns = ['__proto__', 'constructor', 'line\nbreak', 'toString', ...NAMED];
  const row = (name: string): string[] => ['7', '8', '9', '10', name, '3', '2'];
  fake.answer = answering(GREETING, databases(columns, [row('__proto__'), row('a\n"b"\\')]));
  const found = values(await look(watch()));
  expect(found).toMatchObject({
    'postgresql.backends{db.namespace=__proto__}': 3,
    'postgresql.backends{db.namespace=a\n"b"\\}': 3,
  });
  expect(Object.keys({})).toEqual([]);
  expect(({} as Record<string, unknown>)['7']).toBeUndefined();
});

test('what is NULL is absent', async () => {
  fake.answer = answering(GREETING, databases(NAMED, [['shop', null, null]]));
  const { metrics, absent } = await look(watch());
  expect(metrics.map(({ name }) => name)).not.toContain('postgresql.backends');
  expect(absent!['postgresql.backends']).toBe('the server does not tell it');
});

test('of what is said twice the first counts', async () => {
  fake.answer = answering(
    GREETING,
    databases(NAMED, [
      ['shop', '1', '2'],
      ['shop', '2', '2'],
    ]),
  );
  const { metrics } = await look(watch());
  const backends = metrics.find(({ name }) => name === 'postgresql.backends')!;
  expect(backends.points).toEqual([expect.objectContaining({ value: 1 })]);
});

test('of more than a hundred databases the largest are told, and that there are more', async () => {
  const rows = Array.from({ length: 120 }, (_, i) => [`db${i}`, '1', '150']);
  fake.answer = answering(GREETING, databases(NAMED, rows));
  const { metrics, absent } = await look(watch());
  expect(metrics.find(({ name }) => name === 'postgresql.backends')!.points).toHaveLength(100);
  expect(values({ metrics })[COUNT]).toBe(150);
  expect(absent!['postgresql.backends']).toBe('50 databases beside the 100 with the most connections are left out');
});

test('a right answer that comes byte by byte is one', async () => {
  const [start, answer, sizes] = recorded('postgresql');
  fake.answer = (question, socket) => {
    socket.setNoDelay(true);
    for (const byte of [start!, answer!, sizes!][question]!) socket.write(Buffer.of(byte));
  };
  expect(values(await look(watch()))[COUNT]).toBe(2);
});

test('version 17 and later are asked for what they have', async () => {
  const asked: string[] = [];
  const greeting = Buffer.concat([AUTHENTICATED, pgMessage('S', 'server_version', '18beta1'), READY]);
  const sane = answering(greeting, ...recorded('postgresql').slice(1));
  fake.answer = (question, socket, sent) => {
    asked.push(sent.toString());
    sane(question, socket, sent);
  };
  await look(watch());
  expect(asked[1]).toContain('pg_stat_checkpointer');
  expect(asked[1]).not.toContain('buffers_backend');
});

test('a password is not shown in clear text to another machine without TLS', () => {
  const asked = int32(3);
  const from = (host: string, tls?: WatchedServer['tls']): PgAuthentication =>
    new PgAuthentication(
      { ...at(5432, { secret: 'hunter2' }), address: { host, port: 5432 }, ...(tls === undefined ? {} : { tls }) },
      'outrider',
    );
  for (const host of ['10.0.0.1', 'db.example', '127.0.0.1.evil.example', '::2']) {
    expect(() => from(host).answer(asked), host).toThrow('clear text');
    expect(from(host, { verify: true }).answer(asked)).toEqual(pgMessage('p', 'hunter2'));
  }
  for (const host of ['127.0.0.1', '::1', 'localhost']) {
    expect(from(host).answer(asked), host).toEqual(pgMessage('p', 'hunter2'));
  }
});

test('a password that was shown in clear text is not repeated by an error', async () => {
  const refused = (sent: Buffer): Buffer =>
    pgMessage('E', 'SFATAL', `M${'x'.repeat(190)}${sent.toString('latin1', 5)}`, Buffer.alloc(1));
  fake.answer = (question, socket, sent) =>
    void socket.write(question === 0 ? pgMessage('R', int32(3)) : refused(sent.subarray(0, -1)));
  expect(await failure(watch())).toBe(`${'x'.repeat(190)}<secret>`);
});

test('the password is never sent as it is where it is to be hashed', () => {
  const salt = Buffer.from([1, 2, 3, 4]);
  const authentication = new PgAuthentication({ ...at(1), password: Secret.of('hunter2') }, 'outrider');
  const inner = createHash('md5').update('hunter2outrider').digest('hex');
  const hash = createHash('md5').update(inner).update(salt).digest('hex');
  expect(authentication.answer(Buffer.concat([int32(5), salt]))).toEqual(pgMessage('p', `md5${hash}`));
});

test.each(['postgresql', 'pgbouncer'] as const)(
  'whatever becomes of the bytes of %s, a look ends',
  async (system) => {
    const answers = recorded(system);
    const mutation = fc.record({
      answer: fc.nat({ max: answers.length - 1 }),
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      bytes: fc.uint8Array({ minLength: 0, maxLength: 6 }),
      removed: fc.nat({ max: 6 }),
    });
    const collector = watch({ system });
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        const mutated = [...answers];
        for (const { answer, at: where, bytes, removed } of mutations) {
          const of = mutated[answer]!;
          const place = Math.floor(where * of.length);
          mutated[answer] = Buffer.concat([of.subarray(0, place), bytes, of.subarray(place + removed)]);
        }
        const sane = replay(system, mutated);
        // What asks for more than there is would wait for it.
        fake.answer = (question, socket, sent) => {
          sane(question, socket, sent);
          if (question === 0) socket.setTimeout(10, () => socket.destroy());
        };
        const found = await look(collector).catch((error: unknown) => error as Error);
        if (found instanceof Error) {
          expect(found.message).toMatch(/^[^\p{C}]{1,400}$/u);
          return;
        }
        for (const { points } of found.metrics) {
          for (const point of points) expect('value' in point && Number.isFinite(point.value)).toBe(true);
          const attributes = points.map((point) => JSON.stringify(point.attributes));
          expect(new Set(attributes).size).toBe(attributes.length);
        }
      }),
      { numRuns: RUNS },
    );
  },
  30_000 + RUNS * 30,
);
