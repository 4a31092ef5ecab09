import { describe, expect, it } from 'vitest';
import { requestPath } from '../../src/http/request-path.ts';

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
