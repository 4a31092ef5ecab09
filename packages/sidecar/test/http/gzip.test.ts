import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { acceptsGzip, GzipCache } from '../../src/http/gzip.ts';

describe('gzip', () => {
  it.each([
    'gzip',
    'GZIP',
    'x-gzip',
    'gzip, deflate, br, zstd',
    'gzip;q=0.1',
    'br;q=1, gzip;q=0.8, *;q=0.1',
    '*',
    'deflate, *;q=0.5',
    'gzip, identity;q=0.5',
    'identity;q=0, gzip;q=0.001',
  ])('is taken by %j', (header) => {
    expect(acceptsGzip(header)).toBe(true);
  });

  it.each([
    '',
    'identity',
    'deflate, br',
    'gzip;q=0',
    'gzip;q=0.0, *',
    '*;q=0',
    'identity, gzip;q=0.5',
    'gzip;q=2',
    'gzip;q=',
    ',;,',
  ])('is not taken by %j', (header) => {
    expect(acceptsGzip(header)).toBe(false);
  });

  it('is made once for the same bytes', async () => {
    const cache = new GzipCache();
    const bytes = Buffer.from('cpu 1\n'.repeat(50_000));
    const [first, second] = await Promise.all([cache.of(bytes), cache.of(bytes)]);
    expect(second).toBe(first);
    expect(await cache.of(bytes)).toBe(first);
    expect(await cache.of(Buffer.from(bytes))).not.toBe(first);
    expect(gunzipSync(first!)).toEqual(bytes);
  });

  it('is not worth it for a short answer', () => {
    const cache = new GzipCache();
    expect(cache.of(Buffer.alloc(1023))).toBeUndefined();
    expect(cache.of(Buffer.alloc(1024))).toBeInstanceOf(Promise);
  });
});
