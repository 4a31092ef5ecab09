import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { allowedOrigin, isCrossSite } from '../../src/http/cross-site.ts';

function requestOf(headers: IncomingHttpHeaders, socket: object = {}): IncomingMessage {
  return { headers: { host: 'localhost:9464', ...headers }, socket } as IncomingMessage;
}

function crossSite(headers: IncomingHttpHeaders): boolean {
  return isCrossSite(requestOf(headers));
}

describe('isCrossSite', () => {
  it.each([
    {},
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin' },
    { origin: 'http://localhost:9464', 'sec-fetch-site': 'same-origin' },
    { origin: 'http://LOCALHOST:9464' },
  ])('lets %j pass', (headers) => {
    expect(crossSite(headers)).toBe(false);
  });

  it('stops an opaque origin where there is no Host header', () => {
    expect(isCrossSite({ headers: { origin: 'null' }, socket: {} } as IncomingMessage)).toBe(true);
  });

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-origin, cross-site' },
    { 'sec-fetch-site': '' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'http://localhost' },
    { origin: 'http://localhost:3000' },
    { origin: 'https://localhost:9464' },
    { origin: 'http://localhost:9464, http://localhost:9464' },
    { origin: 'https://evil.com' },
    { origin: 'https://evil.com/localhost:9464' },
    { origin: 'chrome-extension://localhost:9464' },
    { origin: 'http://localhost:9464', 'sec-fetch-site': 'cross-site' },
  ])('stops %j', (headers) => {
    expect(crossSite(headers)).toBe(true);
  });

  it('knows the scheme by the connection', () => {
    const encrypted = { encrypted: true };
    expect(isCrossSite(requestOf({ origin: 'https://localhost:9464' }, encrypted))).toBe(false);
    expect(isCrossSite(requestOf({ origin: 'http://localhost:9464' }, encrypted))).toBe(true);
  });

  it('lets an allowed origin pass, and no other that looks like it', () => {
    const allowed = ['https://grafana.example'];
    const asked = (origin: string): IncomingMessage => requestOf({ origin, 'sec-fetch-site': 'cross-site' });
    expect(isCrossSite(asked('https://grafana.example'), allowed)).toBe(false);
    expect(allowedOrigin(asked('https://grafana.example'), allowed)).toBe('https://grafana.example');
    for (const origin of [
      'http://grafana.example',
      'https://grafana.example:8443',
      'https://grafana.example.evil.com',
      'null',
    ]) {
      expect(isCrossSite(asked(origin), allowed)).toBe(true);
      expect(allowedOrigin(asked(origin), allowed)).toBeUndefined();
    }
  });
});
