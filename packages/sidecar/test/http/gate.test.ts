import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createGate, socketGate } from '../../src/http/gate.ts';
import type { GateOptions, RefusalReason } from '../../src/http/gate.ts';
import type { Credentials } from '../../src/http/credentials.ts';
import { createRateLimiter } from '../../src/http/rate-limiter.ts';

const PAGE = 'https://grafana.example';

function requestOf(
  headers: Readonly<Record<string, string>>,
  method = 'GET',
  localAddress = '10.0.0.7',
): IncomingMessage {
  const all = { host: 'localhost', ...headers };
  return {
    method,
    headers: all,
    rawHeaders: Object.entries(all).flat(),
    socket: { localAddress },
  } as unknown as IncomingMessage;
}

const never: Credentials = { challenge: 'Bearer', check: () => 'wrong' };

describe('a gate', () => {
  it('lets pods be scraped by their address, and by no other', async () => {
    const gate = createGate({ allowedHosts: ['outrider.shop.svc'] });
    for (const host of ['10.0.0.7:9464', 'outrider.shop.svc', 'OUTRIDER.shop.svc:9464', 'localhost']) {
      expect([host, await gate.check(requestOf({ host }))]).toEqual([host, undefined]);
    }
    for (const host of ['10.0.0.8:9464', '10.0.0.7.nip.io', 'shop.svc', '0.0.0.0']) {
      expect([host, (await gate.check(requestOf({ host })))?.reason]).toEqual([host, 'foreign_host']);
    }
  });

  it('answers at once where nothing has to be compared, and later where it has', async () => {
    const later: Credentials = { challenge: 'Basic', check: () => Promise.resolve('busy') };
    const heard: RefusalReason[] = [];
    const gateOf = (credentials: Credentials) =>
      createGate({ allowedHosts: [], credentials, onRefused: (reason) => heard.push(reason) });
    expect(gateOf(never).check(requestOf({}))).toMatchObject({
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
    expect(await gateOf(later).check(requestOf({}))).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    expect(heard).toEqual(['unauthorized', 'busy']);
  });

  it('limits how often it is asked, by a token bucket', async () => {
    let now = 0;
    const rateLimiter = createRateLimiter({ intervalMs: 1000, burst: 2 }, () => now);
    const gate = createGate({ allowedHosts: [], rateLimiter });
    const statuses = async (): Promise<Array<number | undefined>> =>
      (await Promise.all([1, 2, 3].map(async () => gate.check(requestOf({}))))).map((refusal) => refusal?.status);
    expect(await statuses()).toEqual([undefined, undefined, 429]);
    now = 1000;
    expect(await statuses()).toEqual([undefined, 429, 429]);
    now = 60_000;
    expect(await statuses()).toEqual([undefined, undefined, 429]);
    // Requests that are foreign use nothing up.
    now = 120_000;
    for (let i = 0; i < 9; i += 1) expect((await gate.check(requestOf({ host: 'evil.example' })))?.status).toBe(403);
    expect(await statuses()).toEqual([undefined, undefined, 429]);
  });
});

it('still admits whom it would let in, without counting and whatever the rate limit', async () => {
  const heard: RefusalReason[] = [];
  const right: Credentials = {
    challenge: 'Basic',
    check: (shown) => (shown === 'yes' ? Promise.resolve('right') : 'wrong'),
  };
  const rateLimiter = { allow: () => false };
  const { admits } = createGate({
    allowedHosts: [],
    credentials: right,
    rateLimiter,
    onRefused: (reason) => heard.push(reason),
  });
  expect(await admits(requestOf({ authorization: 'yes' }))).toBe(true);
  expect(await admits(requestOf({ authorization: 'no' }))).toBe(false);
  expect(await admits(requestOf({ authorization: 'yes', host: 'evil.example' }))).toBe(false);
  expect(await admits(requestOf({ authorization: 'yes', origin: PAGE }))).toBe(false);
  expect(await createGate({ allowedHosts: [], rateLimiter }).admits(requestOf({}))).toBe(true);
  expect(heard).toEqual([]);
});

describe('pages of other origins', () => {
  const options: GateOptions = { allowedHosts: [], allowedOrigins: [PAGE], credentials: never };
  const preflight = { origin: PAGE, 'access-control-request-method': 'GET', 'sec-fetch-site': 'cross-site' };

  it('may ask whether they may ask, if they are allowed, and then read', async () => {
    const gate = createGate(options);
    expect(await gate.check(requestOf(preflight, 'OPTIONS'))).toEqual({
      status: 204,
      message: '',
      headers: {
        'Access-Control-Allow-Methods': 'GET, HEAD',
        'Access-Control-Allow-Headers': 'Authorization',
        'Access-Control-Max-Age': '600',
      },
    });
    expect(gate.headers?.(requestOf({ origin: PAGE }))).toEqual({
      Vary: 'Origin',
      'Access-Control-Allow-Origin': PAGE,
    });
    expect(await gate.check(requestOf({ origin: PAGE, 'sec-fetch-site': 'cross-site' }))).toMatchObject({
      status: 401,
    });
  });

  it.each([
    ['another origin', requestOf({ ...preflight, origin: 'https://evil.example' }, 'OPTIONS'), 403],
    ['a foreign host', requestOf({ ...preflight, host: 'evil.example' }, 'OPTIONS'), 403],
    ['no preflight', requestOf({ origin: PAGE }, 'OPTIONS'), 401],
    ['another method', requestOf(preflight, 'GET'), 401],
    ['no origin', requestOf({ 'access-control-request-method': 'GET' }, 'OPTIONS'), 401],
  ])('may not: %s', async (_, req, status) => {
    expect(await createGate(options).check(req)).toMatchObject({ status });
  });

  it('are not told that they may where they may not', () => {
    expect(createGate(options).headers?.(requestOf({ origin: 'https://evil.example' }))).toEqual({ Vary: 'Origin' });
    expect(createGate({ allowedHosts: [] }).headers?.(requestOf({ origin: PAGE }))).toBeUndefined();
  });

  it('are refused on the Unix socket', () => {
    expect(socketGate.check(requestOf({ origin: PAGE }))).toMatchObject({ status: 403 });
    expect(socketGate.check(requestOf({}))).toBeUndefined();
  });
});
