import { createGunzip } from 'node:zlib';
import { RequestError } from './request-error.ts';

// zlib makes a new buffer for every chunk; small ones are collected soon, large ones pile up.
const CHUNK_BYTES = 8_192;

// Bodies up to this size, nearly all, are decompressed once. Larger ones are measured first, without keeping anything,
// so that one that turns out too long has cost no memory.
const KEPT_BYTES = 2 ** 20;

/**
 * Makes a function that decompresses gzip bodies, given in parts, of at most `maximum` bytes, one at a time: however many arrive at
 * once, only one of them takes up its decompressed size.
 *
 * The function throws {@link RequestError}: 413 as soon as the output passes the maximum, 400 if it is not gzip.
 */
export function createInflater(maximum: number): (body: readonly Uint8Array[]) => Promise<Buffer> {
  let last: Promise<unknown> = Promise.resolve();
  return (body) => {
    const inflated = last.then(() => inflate(body, maximum));
    last = inflated.catch(() => undefined);
    return inflated;
  };
}

async function inflate(body: readonly Uint8Array[], maximum: number): Promise<Buffer> {
  let kept: Buffer[] = [];
  let length = 0;
  for await (const chunk of decompress(body)) {
    length += chunk.length;
    if (length > maximum) {
      const message = `The decompressed body is longer than ${maximum} bytes: send fewer data points.`;
      throw new RequestError(413, message, { limit: 'decodedBytes' });
    }
    if (length <= KEPT_BYTES) kept.push(chunk);
    else kept = [];
  }
  if (length <= KEPT_BYTES) return Buffer.concat(kept, length);
  const whole = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for await (const chunk of decompress(body)) at += chunk.copy(whole, at);
  return whole;
}

async function* decompress(body: readonly Uint8Array[]): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  for (const part of body) gunzip.write(part);
  gunzip.end();
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    throw new RequestError(400, 'The body is not valid gzip.', { cause: error });
  }
}
