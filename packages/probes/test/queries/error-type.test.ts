import { describe, expect, test } from 'vitest';
import { errorType, redisErrorType } from '../../src/queries/error-type.ts';

const UNREADABLE = Object.defineProperty({}, 'code', {
  get: () => {
    throw new Error('hunter2');
  },
});

describe('the type of an error', () => {
  test.each([
    [Object.assign(new Error('no'), { code: '23505' }), '23505'],
    [Object.assign(new Error('no'), { code: 'ER_DUP_ENTRY', errno: 1062 }), 'ER_DUP_ENTRY'],
    [Object.assign(new Error('no'), { code: 11_000 }), '11000'],
    [Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [new TypeError('no'), 'TypeError'],
    [new Error('Query read timeout'), 'timeout'],
    [Object.assign(new Error('no'), { code: 'hunter2 is no code' }), 'Error'],
    [Object.assign(new Error('no'), { name: 'hunter2 is no name' }), '_OTHER'],
    [Object.assign(new Error('no'), { code: Number.NaN }), 'Error'],
    [UNREADABLE, '_OTHER'],
    ['hunter2', '_OTHER'],
    [null, '_OTHER'],
  ])('is a code or a class and never a message: %s', (error, type) => {
    expect(errorType(error)).toBe(type);
    expect(redisErrorType(error)).toBe(type);
  });

  test.each([
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'WRONGTYPE'],
    ['ERR', 'ERR'],
    ['HUNTER2 says a script', 'Error'],
  ])('is what a reply of Redis begins with, if that is a code of Redis: %s', (message, type) => {
    expect(redisErrorType(new Error(message))).toBe(type);
  });
});
