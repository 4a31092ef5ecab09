import { describe, expect, it } from 'vitest';
import { toForwarded } from '../../src/forward/forwarded.ts';
import { otlpLimits } from '../../src/receivers/otlp-limits.ts';
import { decodeOtlpProtobuf } from '../../src/receivers/otlp-protobuf.ts';
import { gaugeOf, requestOf, toJson, toProtobuf } from '../receivers/otlp-encode.ts';

const REQUEST = requestOf(gaugeOf({ asInt: '1' }, { asInt: '2' }));

describe('a request to forward', () => {
  it('is protobuf byte for byte', () => {
    const bytes = Buffer.concat([toProtobuf(REQUEST), Buffer.from([0xfa, 0x3f, 0x01, 0x00])]);
    const { body, points, unencodable } = toForwarded(bytes, 'protobuf', 2);
    expect(Buffer.from(body).equals(bytes)).toBe(true);
    expect([points, unencodable]).toEqual([2, 0]);
  });

  it('is JSON transcoded', () => {
    const { body, points, unencodable } = toForwarded(toJson(REQUEST), 'json', 2);
    expect(decodeOtlpProtobuf(body, otlpLimits).points).toBe(2);
    expect([points, unencodable]).toEqual([2, 0]);
  });

  it('says how many points it cannot hold, of those that were received', () => {
    const request = toJson(requestOf(gaugeOf({ asInt: 'x' }, { asInt: '2' }, { asInt: 'y' })));
    expect(toForwarded(request, 'json', 3)).toMatchObject({ points: 1, unencodable: 2 });
    expect(toForwarded(request, 'json', 1)).toMatchObject({ points: 0, unencodable: 1 });
  });

  it('holds on to nothing else', () => {
    const { body } = toForwarded(toJson(REQUEST), 'json', 2);
    expect(body.buffer.byteLength).toBe(body.length);
  });
});
