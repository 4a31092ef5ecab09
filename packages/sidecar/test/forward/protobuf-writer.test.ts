import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtobufWriter } from '../../src/forward/protobuf-writer.ts';
import { ProtobufReader } from '../../src/receivers/protobuf-reader.ts';

function written(write: (writer: ProtobufWriter) => void): string {
  const writer = new ProtobufWriter(1);
  write(writer);
  return Buffer.from(writer.finish()).toString('hex');
}

// The examples are those of the protocol buffers' own documentation of the wire format, where it has one.
describe('a protobuf writer', () => {
  it('writes the examples of the documentation', () => {
    expect(written((writer) => writer.uint32(1, 150))).toBe('089601');
    expect(written((writer) => writer.string(2, 'testing'))).toBe('120774657374696e67');
    const nested = written((writer) => {
      const end = writer.length;
      writer.uint32(1, 150);
      writer.close(3, end);
    });
    expect(nested).toBe('1a03089601');
    const packed = written((writer) => {
      const end = writer.length;
      for (const element of [86_942, 270, 3]) writer.uint64Element(element);
      writer.close(6, end);
    });
    expect(packed).toBe('3206038e029ea705');
  });

  it.each([
    [0, '00'],
    [-1, '01'],
    [1, '02'],
    [-2, '03'],
    [2 ** 31 - 1, 'feffffff0f'],
    [-(2 ** 31), 'ffffffff0f'],
  ])('writes %d as sint32', (value, bytes) => {
    expect(written((writer) => writer.sint32(1, value))).toBe(`08${bytes}`);
  });

  it('writes any field so that it is read again, whatever the buffer holds', () => {
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const field = fc.integer({ min: 1, max: 2 ** 29 - 1 });
    const values = fc.record({
      field,
      int64,
      double: fc.double(),
      text: fc.string({ maxLength: 200, unit: 'grapheme' }),
    });
    fc.assert(
      fc.property(fc.array(values, { maxLength: 50 }), (list) => {
        const writer = new ProtobufWriter(1);
        for (const { field: number, int64: integer, double, text } of list.toReversed()) {
          writer.string(number, text);
          writer.double(number, double);
          writer.int64(number, integer);
        }
        const bytes = writer.finish();
        expect(bytes.length).toBe(writer.length);
        expect(bytes.buffer.byteLength).toBe(bytes.length);
        const reader = new ProtobufReader(Buffer.from(bytes), { left: 1000 });
        for (const { field: number, int64: integer, double, text } of list) {
          expect([reader.next(), reader.field]).toEqual([true, number]);
          expect(BigInt(reader.int64())).toBe(integer);
          reader.next();
          expect(reader.double()).toBe(double);
          reader.next();
          expect(reader.string()).toBe(text.toWellFormed());
        }
        expect(reader.next()).toBe(false);
      }),
    );
  });

  it('takes back what it wrote', () => {
    const taken = written((writer) => {
      writer.bool(2, true);
      const { length } = writer;
      writer.bytes(1, new Uint8Array(500));
      writer.rewind(length);
      writer.bool(1, false);
    });
    expect(taken).toBe('08001001');
  });

  it('writes integers of 64 bits in 8 bytes', () => {
    const fixed = (value: number | bigint): string => written((writer) => writer.fixed64(1, value));
    expect(fixed(1)).toBe('090100000000000000');
    expect(fixed(-1)).toBe('09ffffffffffffffff');
    expect(fixed(2 ** 53 - 1)).toBe('09ffffffffffff1f00');
    expect(fixed(2n ** 64n - 1n)).toBe('09ffffffffffffffff');
    expect(fixed(-(2n ** 63n))).toBe('090000000000000080');
  });
});
