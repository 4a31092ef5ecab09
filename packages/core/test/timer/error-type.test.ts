import { expect, test } from 'vitest';
import { errorType } from '../../src/timer/error-type.ts';

class OutOfStock extends Error {}

class Renamed extends Error {
  override readonly name = 'PaymentError';
}

test.each([
  [new TypeError('secret'), 'TypeError'],
  [new OutOfStock('secret'), 'OutOfStock'],
  [new Renamed('secret'), 'PaymentError'],
  [Object.assign(new Error('secret'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [Object.assign(new TypeError('secret'), { code: '23505' }), '23505'],
  [Object.assign(new Error('secret'), { code: 11_000 }), '11000'],
  [Object.assign(new OutOfStock('secret'), { code: 5 }), 'OutOfStock'],
  [new DOMException('secret', 'AbortError'), 'AbortError'],
  [new Error('secret'), 'Error'],
  [{ message: 'secret' }, 'Object'],
])('%o is %s', (error, type) => {
  expect(errorType(error)).toBe(type);
});

test.each([
  [undefined],
  [null],
  ['secret'],
  [7],
  [Object.assign(Object.create(null) as object, { message: 'secret' })],
])('%o has no name', (error) => {
  expect(errorType(error)).toBe('_OTHER');
});

test.each(['no route to 10.0.0.1', 'a'.repeat(65), '', 'postgres://user:secret@host', '12345678901'])(
  'a code that reads %j is none',
  (code) => {
    expect(errorType(Object.assign(new TypeError('x'), { code }))).toBe('TypeError');
    const named = new TypeError('x');
    Object.defineProperty(named, 'name', { value: code });
    expect(errorType(named)).toBe('TypeError');
  },
);

test('an error that cannot be asked is _OTHER', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(errorType(proxy)).toBe('_OTHER');
});
