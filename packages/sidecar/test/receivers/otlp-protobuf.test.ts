import { describe, expect, it } from 'vitest';
import { RequestError } from '../../src/http/request-error.ts';
import type { Decoded } from '../../src/receivers/decoded.ts';
import { otlpLimits } from '../../src/receivers/otlp-limits.ts';
import { decodeOtlpProtobuf } from '../../src/receivers/otlp-protobuf.ts';
import { attributesOf, gaugeOf, requestOf, toProtobuf } from './otlp-encode.ts';

function decode(...parts: readonly Buffer[]): Decoded {
  return decodeOtlpProtobuf(Buffer.concat(parts), otlpLimits);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
  return Buffer.from([...bytes, left]);
}

function tag(field: number, wireType: number): Buffer {
  return varint(field * 8 + wireType);
}

/** A length-delimited field. */
function delimited(number: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const value = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return Buffer.concat([tag(number, 2), varint(value.length), value]);
}

function double(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([tag(number, 1), bytes]);
}

function fixed64(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([tag(number, 1), bytes]);
}

/** A request of one metric, whose fields these are. */
function metric(...fields: readonly Buffer[]): Buffer {
  return delimited(1, delimited(2, delimited(2, ...fields)));
}

const NAME = delimited(1, 'm');

/** A request of one gauge with one point, whose fields these are. */
function point(...fields: readonly Buffer[]): Buffer {
  return metric(NAME, delimited(5, delimited(1, ...fields)));
}

function points(decoded: Decoded): unknown {
  return decoded.resources.flatMap((resource) => resource.metrics.flatMap((entry) => entry.points as unknown[]));
}

function refused(bytes: Buffer, problem: RegExp = /^The body is not a valid protobuf message: /): void {
  let thrown: unknown;
  try {
    decode(bytes);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(RequestError);
  expect(thrown).toMatchObject({ status: 400, message: expect.stringMatching(problem) as string });
}

describe('OTLP in protobuf', () => {
  it('takes an empty body as an empty request', () => {
    expect(decode()).toEqual({ resources: [], points: 0, dropped: new Map() });
  });

  it('passes over fields that it does not know, of every wire type', () => {
    const unknown = [
      Buffer.concat([tag(1000, 0), Buffer.from('ffffffffffffffffff01', 'hex')]),
      double(1001, 1),
      delimited(1002, 'anything'),
      Buffer.concat([tag(536_870_911, 5), Buffer.alloc(4)]),
    ];
    const everywhere = delimited(
      1,
      ...unknown,
      delimited(
        2,
        ...unknown,
        delimited(2, ...unknown, NAME, delimited(5, ...unknown, delimited(1, ...unknown, double(4, 2)))),
      ),
    );
    expect(points(decode(...unknown, everywhere, ...unknown))).toEqual([{ attributes: [], value: 2 }]);
  });

  it.each([
    ['a group', Buffer.concat([tag(9, 3), tag(9, 4)])],
    ['the end of a group', tag(9, 4)],
    ['wire type 6', tag(9, 6)],
    ['wire type 7', tag(9, 7)],
    ['field 0', Buffer.concat([tag(0, 0), varint(1)])],
    ['a field number of more than 29 bits', Buffer.from('c88080801001', 'hex')],
    ['a number of 11 bytes', Buffer.concat([tag(9, 0), Buffer.from('ffffffffffffffffffff01', 'hex')])],
    ['a number without end', Buffer.concat([tag(9, 0), Buffer.from([0x80])])],
    ['a field number without end', Buffer.from([0x80])],
    ['half a fixed64', Buffer.concat([tag(9, 1), Buffer.alloc(7)])],
    ['half a fixed32', Buffer.concat([tag(9, 5), Buffer.alloc(3)])],
    ['a length beyond the body', Buffer.concat([tag(9, 2), varint(2), Buffer.alloc(1)])],
    ['a length of 2^32 + 1', Buffer.concat([tag(9, 2), varint(2 ** 32 + 1), Buffer.alloc(1)])],
    ['a negative length', Buffer.concat([tag(9, 2), Buffer.from('ffffffffffffffffff01', 'hex')])],
    ['no length', tag(9, 2)],
  ])('refuses %s', (_, bytes) => {
    refused(bytes);
    refused(delimited(1, bytes));
    refused(point(bytes));
  });

  it('refuses a message that reaches beyond the one around it', () => {
    // The inner length would fit the body but not the message.
    refused(
      Buffer.concat([tag(1, 2), varint(2), tag(2, 2), varint(4), Buffer.alloc(4)]),
      /ends in the middle of a field/,
    );
    refused(
      Buffer.concat([tag(1, 2), varint(2), tag(9, 0), Buffer.from([0x80, 0x01])]),
      /ends in the middle of a number/,
    );
  });

  it.each([
    ['a message', Buffer.concat([tag(1, 0), varint(1)])],
    ['text', metric(Buffer.concat([tag(1, 0), varint(1)]))],
    ['a double', point(Buffer.concat([tag(4, 0), varint(1)]))],
    ['an integer', point(delimited(6, '12345678'))],
    ['flags', point(fixed64(8, 1n))],
    ['bounds', metric(NAME, delimited(9, delimited(1, tag(7, 0), varint(1)), tag(2, 0), varint(2)))],
  ])('refuses %s of the wrong wire type', (_, bytes) => {
    refused(bytes, /wire type/);
  });

  it('reads fields in any order', () => {
    const gauge = delimited(
      5,
      delimited(1, delimited(7, delimited(2, delimited(1, 'v')), delimited(1, 'k')), double(4, 1)),
    );
    const scope = delimited(2, delimited(2, gauge, delimited(3, 'u'), NAME));
    const resource = delimited(1, delimited(1, delimited(2, delimited(1, 'late')), delimited(1, 'r')));
    const sum = delimited(7, delimited(1, fixed64(6, 5n)), tag(3, 0), varint(1), tag(2, 0), varint(2));
    const decoded = decode(delimited(1, scope, delimited(2, delimited(2, sum, NAME)), resource));
    expect(decoded.resources).toEqual([
      {
        resource: [['r', 'late']],
        metrics: [
          { name: 'm', unit: 'u', description: '', kind: 'gauge', points: [{ attributes: [['k', 'v']], value: 1 }] },
          { name: 'm', unit: '', description: '', kind: 'counter', points: [{ attributes: [], value: 5 }] },
        ],
      },
    ]);
  });

  it('puts the parts of a message together, and lets the last of several types count', () => {
    const gauge = (value: number): Buffer => delimited(5, delimited(1, double(4, value)));
    const sum = delimited(7, delimited(1, double(4, 9)), tag(2, 0), varint(2));
    expect(points(decode(metric(NAME, gauge(1), gauge(2))))).toMatchObject([{ value: 1 }, { value: 2 }]);
    expect(points(decode(metric(NAME, sum, gauge(3))))).toMatchObject([{ value: 3 }]);
    expect(points(decode(metric(NAME, gauge(3), sum)))).toMatchObject([{ value: 9 }]);
    const part = (key: string): Buffer => delimited(1, delimited(1, delimited(1, key)));
    expect(
      decode(delimited(1, part('a'), delimited(2, delimited(2, NAME, gauge(1))), part('b'))).resources[0]?.resource,
    ).toEqual([
      ['a', ''],
      ['b', ''],
    ]);
    expect(points(decode(point(double(4, 1), fixed64(6, 2n))))).toMatchObject([{ value: 2 }]);
    expect(points(decode(point(fixed64(6, 2n), double(4, 1))))).toMatchObject([{ value: 1 }]);
  });

  it('reads repeated numbers packed, unpacked and mixed', () => {
    const doubles = (...values: readonly number[]): Buffer => {
      const bytes = Buffer.alloc(8 * values.length);
      values.forEach((value, i) => bytes.writeDoubleLE(value, 8 * i));
      return bytes;
    };
    const cumulative = [tag(2, 0), varint(2)];
    const histogram = metric(
      NAME,
      delimited(
        9,
        delimited(
          1,
          double(7, 1),
          delimited(7, doubles(2, 3)),
          fixed64(6, 1n),
          fixed64(6, 0n),
          fixed64(6, 4n),
          fixed64(6, 2n),
          fixed64(4, 7n),
        ),
        ...cumulative,
      ),
    );
    expect(points(decode(histogram))).toMatchObject([{ bounds: [1, 2, 3], counts: [1, 0, 4, 2], count: 7 }]);
    const buckets = delimited(
      8,
      tag(2, 0),
      varint(300),
      delimited(2, varint(1), varint(2 ** 40)),
      tag(1, 0),
      varint(3),
    );
    const exponential = metric(
      NAME,
      delimited(10, delimited(1, buckets, fixed64(4, BigInt(301 + 2 ** 40))), ...cumulative),
    );
    expect(points(decode(exponential))).toMatchObject([{ offset: -2, counts: [300, 1, 2 ** 40] }]);
  });

  it.each([
    ['a fixed64 that passes the end', delimited(6, Buffer.alloc(9))],
    ['a double that passes the end', delimited(7, Buffer.alloc(4))],
  ])('refuses packed numbers with %s', (_, packed) => {
    refused(metric(NAME, delimited(9, delimited(1, packed), tag(2, 0), varint(2))));
    // Nor may it read on in the field that follows.
    refused(metric(NAME, delimited(9, delimited(1, packed, double(12, 1)), tag(2, 0), varint(2))));
  });

  it('refuses a packed varint that passes the end', () => {
    const buckets = Buffer.concat([delimited(2, Buffer.from([0x80])), tag(1, 0), varint(2)]);
    refused(metric(NAME, delimited(10, delimited(1, delimited(8, buckets)), tag(2, 0), varint(2))));
  });

  it('reads flags and booleans of any length', () => {
    const flags = Buffer.concat([tag(8, 0), Buffer.from('81808080808080808001', 'hex')]);
    expect(decode(point(flags))).toEqual({ resources: [], points: 0, dropped: new Map() });
    const bool = (hex: string): unknown =>
      points(
        decode(point(double(4, 1), delimited(7, delimited(1, 'b'), delimited(2, tag(2, 0), Buffer.from(hex, 'hex'))))),
      );
    expect(bool('80808080808080808001')).toMatchObject([{ attributes: [['b', 'true']] }]);
    expect(bool('8000')).toMatchObject([{ attributes: [['b', 'false']] }]);
  });

  it('replaces bytes that are not UTF-8', () => {
    const attribute = delimited(
      7,
      delimited(1, Buffer.from([0x61, 0xff])),
      delimited(2, delimited(1, Buffer.from([0xc3]))),
    );
    expect(points(decode(point(double(4, 1), attribute)))).toMatchObject([{ attributes: [['a\uFFFD', '\uFFFD']] }]);
  });

  it.each([33, 1_000, 100_000])('refuses an attribute that nests %i deep', (depth) => {
    let value = Buffer.alloc(0);
    // Lengths grow with the depth, so the parts are put together once, from the inside out.
    const heads: Buffer[] = [];
    let length = 0;
    for (let level = 0; level < depth; level += 1) {
      for (const number of [1, 5]) {
        const head = Buffer.concat([tag(number, 2), varint(length)]);
        heads.push(head);
        length += head.length;
      }
    }
    value = Buffer.concat(heads.toReversed());
    refused(point(double(4, 1), delimited(7, delimited(1, 'a'), delimited(2, value))), /nests deeper/);
    refused(delimited(1, delimited(1, delimited(1, delimited(1, 'a'), delimited(2, value)))), /nests deeper/);
  });

  it('refuses every request that is cut short', () => {
    const whole = toProtobuf(
      requestOf(
        attributesOf({ key: 'a', value: { arrayValue: { values: [{ intValue: '1' }] } } }),
        gaugeOf({ asInt: 1 }),
      ),
    );
    for (let length = 1; length < whole.length; length += 1) refused(whole.subarray(0, length));
  });

  it('does not read beyond a body that is a part of a larger buffer', () => {
    const body = toProtobuf(requestOf(gaugeOf({ asDouble: 1 })));
    const larger = Buffer.concat([Buffer.alloc(5, 0xff), body, Buffer.alloc(5, 0xff)]);
    const part = new Uint8Array(larger.buffer, larger.byteOffset + 5, body.length);
    expect(decodeOtlpProtobuf(part, otlpLimits).points).toBe(1);
    refused(larger.subarray(5, 4 + body.length));
  });
});
