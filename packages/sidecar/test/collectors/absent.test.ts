import { expect, test } from 'vitest';
import { absentBecause, joinAbsent } from '../../src/collectors/absent.ts';

test('one reason for several metrics', () => {
  expect(absentBecause(['a', 'b'], 'it is gone')).toEqual({ a: 'it is gone', b: 'it is gone' });
});

test('reasons for the same metric are joined, each once', () => {
  expect(joinAbsent([{ a: 'x', b: 'y' }, {}, { a: 'z' }, { a: 'x' }])).toEqual({ a: 'x; z', b: 'y' });
});
