import { expect, test } from 'vitest';
import { int32, pgMessage, PgMessageReader } from '../../src/servers/pg-messages.ts';
import type { PgMessage } from '../../src/servers/pg-messages.ts';
import { countingContext } from './watching.ts';

test('of what comes byte by byte only the bytes are held', () => {
  const reader = new PgMessageReader(countingContext(1000));
  // A piece that is held is a few hundred bytes of memory, and would change with the next one here.
  const piece = Buffer.alloc(1);
  const found: PgMessage[] = [];
  for (const byte of Buffer.concat([pgMessage('N', 'notice'), pgMessage('A'), pgMessage('Z', 'I')])) {
    piece[0] = byte;
    found.push(...reader.read(piece));
  }
  expect(found.map(({ type, body }) => type + body.toString())).toEqual(['Nnotice\0', 'A', 'ZI\0']);
});

test('messages that came together stay what they are when more comes', () => {
  const reader = new PgMessageReader(countingContext(1000));
  const chunk = Buffer.concat([pgMessage('A', 'one'), pgMessage('B', 'two'), Buffer.from('C\0')]);
  const found = [...reader.read(chunk)];
  expect([...reader.read(Buffer.from('\0\0\x08'))]).toEqual([]);
  found.push(...reader.read(Buffer.from('four')));
  expect(found.map(({ type, body }) => type + body.toString())).toEqual(['Aone\0', 'Btwo\0', 'Cfour']);
});

test('a message that is announced as longer than may come is counted, by the limit that holds now', () => {
  const context = { replyBytes: 1000, told: 0, onTooLong: () => void (context.told += 1) };
  const announced = (length: number): Buffer => Buffer.concat([Buffer.from('D'), int32(length)]);
  expect(() => [...new PgMessageReader(context).read(announced(1001))]).toThrow('longer than 1000 bytes');
  expect(context.told).toBe(1);
  const reader = new PgMessageReader(context);
  context.replyBytes = 2000;
  expect([...reader.read(announced(1001))]).toEqual([]);
  expect(context.told).toBe(1);
});
