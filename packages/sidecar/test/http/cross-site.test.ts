import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { isCrossSite } from '../../src/http/cross-site.ts';

function crossSite(headers: IncomingHttpHeaders): boolean {
  return isCrossSite({ headers: { host: 'localhost:9464', ...headers } } as IncomingMessage);
}

describe('isCrossSite', () => {
  it.each([
    {},
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin' },
    { origin: 'http://localhost:9464', 'sec-fetch-site': 'same-origin' },
    { origin: 'https://LOCALHOST:9464' },
  ])('lets %j pass', (headers) => {
    expect(crossSite(headers)).toBe(false);
  });

  it('stops an opaque origin where there is no Host header', () => {
    expect(isCrossSite({ headers: { origin: 'null' } } as IncomingMessage)).toBe(true);
  });

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'http://localhost' },
    { origin: 'http://localhost:3000' },
    { origin: 'https://evil.com' },
    { origin: 'https://evil.com/localhost:9464' },
    { origin: 'chrome-extension://localhost:9464' },
    { origin: 'http://localhost:9464', 'sec-fetch-site': 'cross-site' },
  ])('stops %j', (headers) => {
    expect(crossSite(headers)).toBe(true);
  });
});
