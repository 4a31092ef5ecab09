import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transcode } from '../../src/forward/transcode.ts';
import { decodeOtlpJson } from '../../src/receivers/otlp-json.ts';
import { otlpLimits } from '../../src/receivers/otlp-limits.ts';
import { decodeOtlpProtobuf } from '../../src/receivers/otlp-protobuf.ts';
import { anyRequest } from './any-request.ts';
import { decodeOfficially, officially } from './official-protobuf.ts';

function bytesOf(request: unknown): Buffer {
  return Buffer.from(JSON.stringify(request));
}

/** The request with one value of it replaced, if it has so many. */
function withReplaced(request: object, at: number, value: unknown): Buffer {
  let seen = 0;
  const replaced = JSON.stringify(request, (key, part: unknown) => {
    if (key === '' || seen > at) return part;
    seen += 1;
    return seen > at ? value : part;
  });
  return Buffer.from(replaced);
}

describe('transcoding', () => {
  it('loses nothing of any request', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const { body, leftOut } = transcode(bytesOf(request));
        expect(leftOut).toBe(0);
        expect(decodeOfficially(body)).toEqual(officially(request));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the receiver the same as the JSON', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const json = decodeOtlpJson(bytesOf(request), otlpLimits);
        const protobuf = decodeOtlpProtobuf(transcode(bytesOf(request)).body, otlpLimits);
        expect(protobuf).toEqual(json);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes any value in any field, or says what is wrong', () => {
    const values = fc.oneof(
      fc.json({ maxDepth: 4 }).map((json): unknown => JSON.parse(json)),
      fc.constantFrom<unknown>(null, true, -1, 1.5, '', 'x', [], {}, [[]], [null], { values: 1 }, 1e300, 2 ** 63, '-0'),
    );
    fc.assert(
      fc.property(anyRequest, fc.nat(200), values, (request, at, value) => {
        try {
          decodeOfficially(transcode(withReplaced(request, at, value)).body);
        } catch (error) {
          expect(String(error)).toMatch(/^Error: OTLP\/JSON that has no protobuf: [\w ]+ is of the wrong type$/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
