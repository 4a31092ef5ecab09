import type { ReplyReader } from './dialogue.ts';
import type { ServerContext } from './server-collector.ts';

/** An answer of Redis: text, or an error that begins with its code. */
export interface RedisReply {
  readonly kind: 'text' | 'error';
  readonly text: string;
}

const LENGTH = /^\d{1,10}$/;

/** A command as Redis takes it: an array of bulk strings of RESP2, so that no argument can be more than one. */
export function redisCommand(...words: readonly string[]): string {
  const bulk = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${bulk.join('')}`;
}

/** Reads one answer in RESP2 that is a text or an error; a text of more bytes than may come is refused at once. */
export function redisReply({ replyBytes, onTooLong }: ServerContext): ReplyReader<RedisReply> {
  let length: number | undefined;
  return (buffer) => {
    if (length === undefined) {
      const line = buffer.line();
      if (line === undefined) return undefined;
      if (line.startsWith('+')) return { kind: 'text', text: line.slice(1) };
      if (line.startsWith('-')) return { kind: 'error', text: line.slice(1) };
      if (!line.startsWith('$') || !LENGTH.test(line.slice(1))) throw new Error('the answer is not one of Redis');
      length = Number(line.slice(1));
      if (length > replyBytes) {
        onTooLong();
        throw new Error(`the server announces more than ${replyBytes} bytes`);
      }
    }
    const text = buffer.text(length + 2);
    if (text === undefined) return undefined;
    if (!text.endsWith('\r\n')) throw new Error('the answer is not one of Redis');
    return { kind: 'text', text };
  };
}
