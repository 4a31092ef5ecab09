import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { int32, pgMessage } from '../../src/servers/pg-messages.ts';
import { startFakeServer } from './fake-server.ts';
import type { FakeServer } from './fake-server.ts';

/** What a client sent, by its number on the connection, and where to answer. */
export type Answer = (question: number, socket: Socket, sent: Buffer) => void;

/** What a server might be that means no good. */
export interface Fake extends Pick<FakeServer, 'port' | 'open' | 'stop'> {
  answer: Answer;
}

export async function startFake(answer: Answer): Promise<Fake> {
  const { port, open, stop } = await startFakeServer((socket) => {
    let question = 0;
    socket.on('data', (sent: Buffer) => fake.answer(question++, socket, sent));
  });
  const fake = { port, open, stop, answer };
  return fake;
}

/** What the real ones answered once: to the start without a password, and to each question of a look. */
export function recorded(system: 'postgresql' | 'pgbouncer'): readonly Buffer[] {
  const path = new URL(`./${system}-recorded.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as string[]).map((text) => Buffer.from(text, 'base64'));
}

// What a question has in it that the answer of the same place answers.
const QUESTIONS = {
  postgresql: ['user', 'max_connections', 'pg_database_size'],
  pgbouncer: ['user', 'STATS', 'POOLS', 'DATABASES', 'CONFIG'],
} as const;

/** Answers as the real one did. */
export function replay(system: 'postgresql' | 'pgbouncer', answers: readonly Buffer[] = recorded(system)): Answer {
  return (_, socket, sent) => {
    const place = QUESTIONS[system].findIndex((word) => sent.includes(word));
    socket.write(answers[place]!);
  };
}

export const AUTHENTICATED: Buffer = pgMessage('R', int32(0));
export const READY: Buffer = pgMessage('Z', Buffer.from('I'));
export const GREETING: Buffer = Buffer.concat([AUTHENTICATED, pgMessage('S', 'server_version', '15.8'), READY]);

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

/** A table of text, with the end of its statement. */
export function table(
  columns: readonly string[],
  rows: ReadonlyArray<ReadonlyArray<string | null>>,
  width: number = columns.length,
): Buffer {
  const described = columns.map((name) => Buffer.concat([Buffer.from(`${name}\0`), Buffer.alloc(18)]));
  return Buffer.concat([
    pgMessage('T', int16(width), ...described),
    ...rows.map((row) =>
      pgMessage(
        'D',
        int16(row.length),
        ...row.map((value) =>
          value === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]),
        ),
      ),
    ),
    pgMessage('C', 'SELECT'),
  ]);
}
