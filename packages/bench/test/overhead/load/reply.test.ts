import { expect, test } from 'vitest';
import { readReply } from '../../../src/overhead/load/reply.ts';

const HEAD = 'HTTP/1.1 200 OK\r\nX-Response-Time: 0.1ms\r\ncontent-length: 11';

test('a reply is as long as its head says', () => {
  const bytes = Buffer.from(`${HEAD}\r\n\r\n{"ok":true}`);
  expect(readReply(bytes)).toEqual({ head: HEAD, length: bytes.length });
});

test('a head that is not complete is no reply yet', () => {
  expect(readReply(Buffer.from(`${HEAD}\r\n`))).toBeUndefined();
});

test.each(['HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n'])(
  '%j is refused',
  (reply) => {
    expect(() => readReply(Buffer.from(reply))).toThrow(/^The server/);
  },
);
