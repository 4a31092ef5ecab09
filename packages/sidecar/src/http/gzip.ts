import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { qualityList } from './quality-list.ts';

// Below this a packet is saved at the most, and the headers are most of the answer.
const WORTHWHILE_BYTES = 1_024;

// A task of the thread pool ends when it has filled a chunk: none keeps a thread for more than a few milliseconds,
// however much there is to compress.
const CHUNK_BYTES = 65_536;

// Level 1 is three times as fast as the usual 6 on an exposition, for a result that is an eighth larger.
const LEVEL = 1;

const compress: (bytes: Uint8Array, options: { level: number; chunkSize: number }) => Promise<Buffer> = promisify(gzip);

/**
 * Whether a client takes gzip, by its header Accept-Encoding: `gzip` (or `x-gzip`) if it is named, else `*`, unless
 * `identity` is preferred to it. Without the header nothing is compressed.
 */
export function acceptsGzip(acceptEncoding: string): boolean {
  const qualities = new Map(qualityList(acceptEncoding).map(({ value, quality }) => [value, quality]));
  const quality = qualities.get('gzip') ?? qualities.get('x-gzip') ?? qualities.get('*') ?? 0;
  return quality > 0 && quality >= (qualities.get('identity') ?? 0);
}

/**
 * Compresses bodies with gzip, in the thread pool. The same bytes object is compressed once, however many ask for it, and
 * what came of it is kept for as long as the bytes are.
 */
export class GzipCache {
  readonly #compressed = new WeakMap<Buffer, Promise<Buffer>>();

  /** The compressed bytes; `undefined` for a body so short that it is not worth it. */
  of(bytes: Buffer): Promise<Buffer> | undefined {
    if (bytes.length < WORTHWHILE_BYTES) return undefined;
    let compressed = this.#compressed.get(bytes);
    if (compressed === undefined) {
      compressed = compress(bytes, { level: LEVEL, chunkSize: CHUNK_BYTES });
      this.#compressed.set(bytes, compressed);
    }
    return compressed;
  }
}
