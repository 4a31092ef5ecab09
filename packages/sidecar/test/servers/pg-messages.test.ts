import { expect, test } from 'vitest';
import { pgMessage, PgMessageReader } from '../../src/servers/pg-messages.ts';
import type { PgMessage } from '../../src/servers/pg-messages.ts';

test('of what comes byte by byte only the bytes are held', () => {
  const reader = new PgMessageReader(1000);
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
  const reader = new PgMessageReader(1000);
  const chunk = Buffer.concat([pgMessage('A', 'one'), pgMessage('B', 'two'), Buffer.from('C\0')]);
  const found = [...reader.read(chunk)];
  expect([...reader.read(Buffer.from('\0\0\x08'))]).toEqual([]);
  found.push(...reader.read(Buffer.from('four')));
  expect(found.map(({ type, body }) => type + body.toString())).toEqual(['Aone\0', 'Btwo\0', 'Cfour']);
});
