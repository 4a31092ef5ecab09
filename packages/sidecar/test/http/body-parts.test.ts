import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BodyParts } from '../../src/http/body-parts.ts';
import { ByteBudget } from '../../src/http/byte-budget.ts';

/** A chunk as a connection hands it over: a view of what was read, which may be longer. */
function chunkOf(length: number, read: number, fill: number): Buffer {
  return Buffer.from(new ArrayBuffer(Math.max(length, read)), 0, length).fill(fill);
}

it('holds what was added, in at most twice its memory and 1 KiB, and gives its bytes back', () => {
  const chunk = fc.record({ length: fc.integer({ min: 1, max: 20_000 }), read: fc.nat(65_536) });
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 40 }), (chunks) => {
      const all = chunks.map(({ length, read }, i) => chunkOf(length, read, i));
      const bytes = all.reduce((sum, { length }) => sum + length, 0);
      const budget = new ByteBudget(bytes);
      const body = new BodyParts(budget);
      for (const each of all) expect(body.add(each)).toBe(true);
      expect(body.add(Buffer.alloc(1))).toBe(false);
      expect(Buffer.concat(body.parts).equals(Buffer.concat(all))).toBe(true);
      const buffers = new Set(body.parts.map(({ buffer }) => buffer));
      const memory = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
      expect(memory).toBeLessThanOrEqual(2 * bytes + 1_024 + 65_536);
      body.release();
      expect([budget.take(bytes), body.parts]).toEqual([true, []]);
    }),
    { numRuns: 200 },
  );
});

it('keeps a body of single bytes in few parts', () => {
  const body = new BodyParts(new ByteBudget(100_000));
  for (let i = 0; i < 100_000; i += 1) body.add(Buffer.from([i & 0xff]));
  expect(body.parts.length).toBeLessThan(12);
});
