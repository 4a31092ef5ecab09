import { expect, test } from 'vitest';
import type { ReplyReader } from '../../src/servers/dialogue.ts';
import { memcachedReply } from '../../src/servers/memcached-stats.ts';
import { redisReply } from '../../src/servers/redis-reply.ts';
import { ReplyBuffer } from '../../src/servers/reply-buffer.ts';
import { countingContext } from './watching.ts';

// Fed here, since the kernel joins small pieces as it likes.
function readInPieces<Reply>(reader: ReplyReader<Reply>, bytes: Buffer, size: number): Reply | undefined {
  const buffer = new ReplyBuffer();
  let reply: Reply | undefined;
  for (let at = 0; at < bytes.length; at += size) {
    expect(reply).toBeUndefined();
    buffer.append(bytes.subarray(at, at + size));
    reply = reader(buffer);
  }
  expect(buffer.empty).toBe(true);
  return reply;
}

test.each([1, 2, 3, 7, 1000])('an answer in pieces of %i bytes is read as a whole', (size) => {
  const info = Buffer.from('$13\r\na:1\r\nb:\rü\n\r\n\r\n');
  expect(readInPieces(redisReply(countingContext()), info, size)).toEqual({
    kind: 'text',
    text: 'a:1\r\nb:\rü\n\r\n\r\n',
  });
  const stats = Buffer.from('STAT a 1\r\nSTAT b \r2\r\nEND\r\n');
  expect(readInPieces(memcachedReply(), stats, size)).toEqual({
    stats: new Map([
      ['a', '1'],
      ['b', '\r2'],
    ]),
  });
});

test('a line of a megabyte that comes in small pieces takes time in proportion to its length', () => {
  const buffer = new ReplyBuffer();
  const piece = Buffer.alloc(16, 'x');
  const began = performance.now();
  for (let sent = 0; sent < 2 ** 20; sent += piece.length) {
    buffer.append(piece);
    expect(buffer.line()).toBeUndefined();
  }
  buffer.append(Buffer.from('\r\n'));
  expect(buffer.line()).toHaveLength(2 ** 20);
  // Searched anew for each piece, it would be 32 GiB.
  expect(performance.now() - began).toBeLessThan(3000);
});
