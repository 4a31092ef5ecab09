import { describe, expect, it } from 'vitest';
import { requestPath, requestQuery } from '../../src/http/request-path.ts';

describe('requestPath', () => {
  it.each([
    ['/v1/metrics', '/v1/metrics'],
    ['/v1/metrics?', '/v1/metrics'],
    ['/v1/metrics?a=/x?y', '/v1/metrics'],
    ['//', '//'],
    ['//[', '//['],
    ['*', '*'],
    ['/%E0%A4%A', '/%E0%A4%A'],
    ['http://localhost/v1/metrics', 'http://localhost/v1/metrics'],
    ['', ''],
    [undefined, ''],
  ])('of %o is %o', (target, path) => {
    expect(requestPath(target)).toBe(path);
  });
});

describe('requestQuery', () => {
  it.each([
    ['/x', ''],
    ['/x?', ''],
    ['/x?limit=3', 'limit=3'],
    ['/x?a=1&a=2?b', 'a=1&a=2%3Fb'],
    ['//[?%E0%A4%A', '%EF%BF%BD%25A='],
    [undefined, ''],
  ])('of %o is %o', (target, query) => {
    expect(requestQuery(target).toString()).toBe(query);
  });
});
