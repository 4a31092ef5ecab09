import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isValidRequestId, requestIdOf } from '../../src/http/request-id.ts';

// The contract, written out once more.
const CONTRACT = /^[\w.:=+/@-]{1,128}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const RUNS = { numRuns: 10_000 };

const almostValid = fc.string({ unit: fc.constantFrom(...Array.from('aZ09_.:=+/@- \n,é')), maxLength: 140 });
const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), almostValid);

describe('requestIdOf', () => {
  test('any text gives a valid id, and is rejected exactly when it is not valid itself', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (incoming, trusted) => {
        const { id, rejected } = requestIdOf(incoming, trusted, () => 'generated');
        const valid = CONTRACT.test(incoming) && !incoming.endsWith('\n');
        expect(id).toMatch(CONTRACT);
        expect(rejected).toBe(!valid);
        expect(id).toBe(valid && trusted ? incoming : 'generated');
      }),
      RUNS,
    );
  });

  test('a list, as some headers come in, is no id', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 3 }), (incoming) => {
        expect(requestIdOf(incoming, true, () => 'generated')).toEqual({ id: 'generated', rejected: true });
      }),
    );
  });

  test('none coming in is no rejection', () => {
    expect(requestIdOf(undefined, true, () => 'generated')).toEqual({ id: 'generated', rejected: false });
  });

  test('what a generator returns is replaced if it is not valid', () => {
    fc.assert(
      fc.property(fc.oneof(texts, fc.anything()), (rubbish) => {
        const { id } = requestIdOf(undefined, true, () => rubbish as string);
        const fit = typeof rubbish === 'string' && CONTRACT.test(rubbish);
        expect(fit ? id === rubbish : UUID.test(id)).toBe(true);
      }),
      RUNS,
    );
  });
});

test.each([
  ['a', true],
  ['a'.repeat(128), true],
  ['a'.repeat(129), false],
  ['', false],
  ['a\n', false],
  ['a,b', false],
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', true],
  ['Root=1-67891233-abcdef012345678912345678', true],
])('isValidRequestId(%j) is %s', (text, valid) => {
  expect(isValidRequestId(text)).toBe(valid);
});
