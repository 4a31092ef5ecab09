import { expect, test } from 'vitest';
import { givenHas, givenValue, withGiven } from '../../src/http/given-headers.ts';

test.each([
  ['an object', { 'X-A': '1', 'Content-Type': 'text/plain' }],
  ['a flat list', ['X-A', '1', 'Content-Type', 'text/plain']],
  ['a list of pairs', [['X-A', '1'], ['Content-Type', 'text/plain']]], // oxfmt-ignore
])('%s', (_, given) => {
  const before = structuredClone(given);
  expect(givenHas(given, 'x-a')).toBe(true);
  expect(givenHas(given, 'x-b')).toBe(false);
  // A value of the list is no name.
  expect(givenHas(given, '1')).toBe(false);
  expect(givenValue(given, 'content-type')).toBe('text/plain');
  const more = withGiven(given, 'X-B', '2');
  expect(givenHas(more, 'x-b')).toBe(true);
  expect(givenHas(more, 'x-a')).toBe(true);
  // The application may give the same object with every response.
  expect(given).toEqual(before);
});

test('of two headers of a name both stay', () => {
  expect(withGiven(['Set-Cookie', 'a', 'Set-Cookie', 'b'], 'X', '1')).toEqual([
    'Set-Cookie', 'a', 'Set-Cookie', 'b', 'X', '1',
  ]); // oxfmt-ignore
  expect(withGiven({ 'X-A': 1, 'x-a': 2 }, 'X', '1')).toEqual({ 'X-A': 1, 'x-a': 2, X: '1' });
});

test('an empty list takes a name and a value', () => {
  expect(withGiven([], 'X', '1')).toEqual(['X', '1']);
  expect(givenValue([], 'content-type')).toBeUndefined();
});
