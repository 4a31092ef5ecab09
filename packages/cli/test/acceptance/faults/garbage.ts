import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Random } from './random.ts';

const SOCKETS = 40;
const MOST_BYTES = 20_000;
const PATIENCE_MS = 2_000;

/** Sends what is no request, or not one that anybody can take, to a port; no answer says that it was taken. */
export async function sendGarbage(port: number, random: Random): Promise<void> {
  const payloads = Array.from({ length: SOCKETS }, () => garbage(random));
  const answers = await Promise.all(payloads.map((payload) => exchange(port, payload)));
  const taken = answers.find((answer) => /^HTTP\/1\.1 [25]/.test(answer));
  if (taken !== undefined) throw new Error(`garbage was answered with ${taken.slice(0, 200)}`);
}

function garbage(random: Random): Buffer {
  const bytes = Buffer.from(Array.from({ length: 1 + random.below(MOST_BYTES) }, () => random.below(256)));
  switch (random.below(6)) {
    case 0:
      return bytes;
    case 1:
      return Buffer.concat([Buffer.from('GET '), bytes, Buffer.from(' HTTP/1.1\r\n\r\n')]);
    case 2:
      return Buffer.from(`GET /${'x'.repeat(30_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    case 3:
      return push('application/json', Buffer.from('{"resourceMetrics":[[['), {});
    case 4:
      return push('application/x-protobuf', bytes, {});
    default:
      return push('application/json', gzipSync(bytes).subarray(0, 30), { 'Content-Encoding': 'gzip' });
  }
}

function push(type: string, body: Uint8Array, headers: Readonly<Record<string, string>>): Buffer {
  const all = {
    Host: 'localhost',
    'Content-Type': type,
    'Content-Length': body.length,
    Connection: 'close',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST /v1/metrics HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}

/** What was answered until the connection ended, if there was one; it is left soon where the other side waits for more. */
async function exchange(port: number, payload: Buffer): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
  socket.on('error', () => undefined).on('close', () => resolve(answer));
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.end(payload);
  return promise;
}
