import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toJson, toProtobuf } from '../receivers/otlp-encode.ts';
import { JSON_TYPE, post, PROTOBUF_TYPE } from './post.ts';
import { SCALE, SEED, SOUND, Stage } from './stage.ts';
import { wholeRequest } from './whole-request.ts';

const DEPTH = 100_000;
// From a sidecar that has just started, with what may pile up before it collects.
const MOST_MEBIBYTES = 128;

let stage: Stage;
let before: number;

beforeAll(async () => {
  stage = await Stage.start();
  before = stage.resetPeak();
});

afterAll(() => stage.stop());

const formats = [
  ['JSON', JSON_TYPE, toJson(wholeRequest)],
  ['protobuf', PROTOBUF_TYPE, toProtobuf(wholeRequest)],
] as const;

async function inTurns<Item>(items: Iterable<Item>, each: (item: Item) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await each(next.value);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

describe.each(formats)('a request in %s', (_, headers, body) => {
  it('is taken as it is', async () => {
    expect(await post(stage.otlp, body, headers)).toEqual({ status: 200, body: headers === JSON_TYPE ? '{}' : '' });
  });

  it('is refused when it is cut off, at every byte', async () => {
    await inTurns(
      Array.from({ length: body.length - 1 }, (__, i) => i + 1),
      async (length) => {
        expect([length, (await post(stage.otlp, body.subarray(0, length), headers)).status]).toEqual([length, 400]);
      },
    );
  });

  it('is taken or refused when bits are changed', async () => {
    const bits = fc.array(fc.nat(8 * body.length - 1), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(bits, async (flipped) => {
        const changed = Buffer.from(body);
        for (const bit of flipped) changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect([200, 400, 413]).toContain((await post(stage.otlp, changed, headers)).status);
      }),
      { seed: SEED, numRuns: 500 * SCALE },
    );
  });
});

describe('a body that nests 100,000 deep', () => {
  const around = (deep: string): string =>
    `{"resourceMetrics":[{"resource":{"attributes":[{"key":"a","value":${deep}}]},"scopeMetrics":[]}]}`;

  it.each([
    ['arrays', '['.repeat(DEPTH) + ']'.repeat(DEPTH)],
    ['arrays without an end', '['.repeat(DEPTH)],
    ['objects', '{"a":'.repeat(DEPTH) + '1' + '}'.repeat(DEPTH)],
    ['arrays of values', around('{"arrayValue":{"values":['.repeat(DEPTH) + ']}}'.repeat(DEPTH))],
    ['lists of values', around('{"kvlistValue":{"values":[{"value":'.repeat(DEPTH) + '{}' + '}]}}'.repeat(DEPTH))],
    ['an unknown field', `{"unknown":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}}`],
  ])('is refused: %s', async (_, body) => {
    expect((await post(stage.otlp, body, JSON_TYPE)).status).toBe(400);
  });

  // Field numbers: values 1 of array 5 of AnyValue; value 2 of KeyValue 1 of list 6.
  it.each([
    ['arrays of values', [0x0a, 0x2a]],
    ['lists of values', [0x12, 0x0a, 0x32]],
  ])('is refused in protobuf: %s', async (_, tags) => {
    const value = nested(tags, DEPTH);
    // value 2 of attribute 1 of resource 1 of resourceMetrics 1.
    const body = [0x12, 0x0a, 0x0a, 0x0a].reduce((inner, tag) => field(tag, inner), value);
    expect((await post(stage.otlp, body, PROTOBUF_TYPE)).status).toBe(400);
  });
});

function field(tag: number, inner: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...varint(inner.length)]), inner]);
}

/** These tags, the innermost first, over and over, each around the ones before. */
function nested(tags: readonly number[], depth: number): Buffer {
  const heads: Buffer[] = [];
  let length = 0;
  for (let i = 0; i < depth; i += 1) {
    const head = Buffer.from([tags[i % tags.length] ?? 0, ...varint(length)]);
    heads.push(head);
    length += head.length;
  }
  return Buffer.concat(heads.toReversed());
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

describe('a value of the wrong type', () => {
  // JSON.stringify writes no number that is too large for a double.
  const HUGE = '@huge@';
  const deep = JSON.parse('[{"a":'.repeat(20) + '1' + '}]'.repeat(20)) as unknown;
  const wrong = [null, true, -1, HUGE, 'x', [], {}, deep];

  it('is taken or refused in every field of the protocol', { timeout: 60_000 }, async () => {
    const paths = [...pathsOf(wholeRequest)];
    expect(paths.length).toBeGreaterThan(300);
    const cases = paths.flatMap((path) => wrong.map((value) => ({ path, value })));
    await inTurns(cases, async ({ path, value }) => {
      const body = JSON.stringify(withValue(wholeRequest, path, value)).replaceAll(`"${HUGE}"`, '1e400');
      const { status } = await post(stage.otlp, body, JSON_TYPE);
      expect([200, 400], `${path.join('.')} = ${JSON.stringify(value)}`).toContain(status);
    });
  });

  it.each(['null', 'true', '-1', '1e400', '"x"', '[]', '[{}]'])('is refused as a whole request: %s', async (body) => {
    expect((await post(stage.otlp, body, JSON_TYPE)).status).toBe(400);
  });
});

it('leaves the sidecar as it was, and takes less than 128 MiB for it', async () => {
  expect(stage.peak() - before).toBeLessThan(MOST_MEBIBYTES);
  expect(await stage.condition()).toEqual(SOUND);
});

type Path = readonly string[];

function* pathsOf(value: unknown, path: Path = []): Generator<Path> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    yield [...path, key];
    yield* pathsOf(member, [...path, key]);
  }
}

function withValue(whole: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const copy = Array.isArray(whole) ? [...(whole as unknown[])] : { ...(whole as object) };
  const members = copy as Record<string, unknown>;
  members[key] = withValue(members[key], rest, value);
  return copy;
}
