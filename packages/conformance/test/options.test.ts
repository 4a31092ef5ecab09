import { Observer } from '@outrider/core';
import type { OutriderOptions, SlowLogEntry } from '@outrider/core';
import { afterEach, describe, expect, test } from 'vitest';
import { FRAMEWORKS, startApplication } from '../src/index.ts';
import type { Application } from '../src/index.ts';
import { allEnded } from '../src/ended.ts';
import { readMetric, total } from '../src/readings.ts';

const DURATION = 'http.server.request.duration';

describe.each(FRAMEWORKS)('$name with options', (framework) => {
  let application: Application;

  async function start(options: OutriderOptions): Promise<void> {
    application = await startApplication(framework, options);
  }

  afterEach(() => application.close());

  test('exclude leaves a request unmeasured, with its headers', async () => {
    await start({ exclude: ['/excluded', /^\/users\/9/g] });
    for (const path of ['/excluded', '/excluded?x=1', '/users/9', '/users/90', '/users/1']) {
      const answer = await application.send(path);
      expect(answer.headers['x-request-id']).toMatch(/./);
    }
    await allEnded(application, 1);
    expect(total(application.observer, DURATION)).toBe(1);
    expect(total(application.observer, 'http.server.active_requests')).toBe(0);
  });

  test('a route of the application takes the place of the declared one', async () => {
    await start({ route: (request) => (request.url?.startsWith('/nowhere') ? '/nowhere/*' : undefined) });
    await application.send('/nowhere/1');
    await application.send('/users/1');
    await allEnded(application);
    expect(total(application.observer, DURATION, { 'http.route': '/nowhere/*' })).toBe(1);
    expect(total(application.observer, DURATION, { 'http.route': '/users/:id' })).toBe(1);
  });

  test('labels of the application stand on the latency histogram and cannot displace ours', async () => {
    await start({ labels: (request) => ({ tenant: request.headers['x-tenant'] as string, 'http.route': 'forged' }) });
    await application.send('/users/1', { headers: { 'X-Tenant': 'blue' } });
    await application.send('/users/1', { headers: { 'X-Tenant': 'green' } });
    await allEnded(application);
    expect(total(application.observer, DURATION, { tenant: 'blue', 'http.route': '/users/:id' })).toBe(1);
    expect(total(application.observer, DURATION, { tenant: 'green', 'http.route': '/users/:id' })).toBe(1);
  });

  test('a function that throws is counted and harms no request', async () => {
    const fail = (): never => {
      throw new Error('planned');
    };
    await start({ route: fail, labels: fail, exclude: fail, log: fail, slowMs: 0, requestId: { generator: fail } });
    const answer = await application.send('/users/1');
    expect(answer.status).toBe(200);
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    await allEnded(application);
    // Without a router there is no other route than that of the option.
    const route = framework.family === 'Node.js' ? {} : { 'http.route': '/users/:id' };
    expect(total(application.observer, DURATION, route)).toBe(1);
    for (const callback of ['route', 'labels', 'exclude', 'log', 'generator']) {
      expect(total(application.observer, 'outrider.callback.errors', { callback })).toBe(1);
    }
  });

  test('an asynchronous function that rejects is counted, and nobody else hears of it', async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown): unknown => unhandled.push(reason);
    process.on('unhandledRejection', listener);
    const fail = (): Promise<never> => Promise.reject(new Error('planned'));
    await start({ slowMs: 0, log: fail as unknown as () => void, labels: fail as unknown as () => object as never });
    await application.send('/users/1');
    await allEnded(application);
    for (const callback of ['log', 'labels']) {
      await expect.poll(() => total(application.observer, 'outrider.callback.errors', { callback })).toBe(1);
    }
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });

  test.each([
    ['a pattern', [/^\/po/g]],
    ['a function', (request: { url?: string | undefined }) => request.url === '/poll'],
  ])('streams: %s', async (_, streams) => {
    await start({ streams });
    await application.send('/poll');
    await application.send('/poll');
    await application.send('/users/1');
    await allEnded(application);
    expect(total(application.observer, 'http.server.stream.duration', { 'http.route': '/poll' })).toBe(2);
    expect(total(application.observer, DURATION)).toBe(1);
    expect(total(application.observer, 'http.server.slow_requests')).toBe(0);
  });

  test('header names, digits and false', async () => {
    await start({ responseTime: { header: 'X-Took', digits: 0 }, requestId: { header: 'X-Correlation-ID' } });
    const answer = await application.send('/users/1', { headers: { 'x-correlation-id': 'mine' } });
    expect(answer.headers['x-took']).toMatch(/^\d+ms$/);
    expect(answer.headers['x-correlation-id']).toBe('mine');
    expect(answer.headers['x-response-time']).toBeUndefined();
    await application.close();

    await start({ responseTime: false, requestId: false, serverTiming: true });
    const bare = await application.send('/users/1');
    expect(bare.headers['x-response-time']).toBeUndefined();
    expect(bare.headers['x-request-id']).toBeUndefined();
    expect(bare.headers['server-timing']).toMatch(/^total;dur=\d+\.\d$/);
  });

  test.each([
    ['never', 'never' as const, false],
    ['a function that says yes', () => true, true],
    ['a function that says no', () => false, false],
  ])('trust: %s', async (_, trust, kept) => {
    await start({ requestId: { trust } });
    const answer = await application.send('/id', { headers: { 'X-Request-ID': 'incoming' } });
    expect(answer.body === 'incoming').toBe(kept);
    // A valid id that is not trusted is no rejection.
    expect(total(application.observer, 'outrider.request_ids.rejected')).toBe(0);
  });

  test('a slow request is counted and logged, without its URL', async () => {
    const entries: SlowLogEntry[] = [];
    await start({ slowMs: 40, log: (entry) => entries.push(entry) });
    await application.send('/users/1?token=secret');
    await application.send('/slow?token=secret', { headers: { 'X-Request-ID': 'slow-1' } });
    await allEnded(application);
    expect(entries).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        level: 'warn',
        msg: 'slow request',
        method: 'GET',
        route: '/slow',
        status: 200,
        outcome: 'completed',
        duration_ms: expect.closeTo(80, -2),
        first_byte_ms: expect.closeTo(80, -2),
        request_id: 'slow-1',
      },
    ]);
    expect(total(application.observer, 'http.server.slow_requests', { 'http.route': '/slow' })).toBe(1);
    expect(total(application.observer, 'http.server.slow_requests')).toBe(1);
  });

  test('disabled: headers as ever, nothing recorded', async () => {
    const observer = new Observer({ environment: { OTEL_SDK_DISABLED: 'true' }, push: false });
    await start({ observer, slowMs: 0, log: () => expect.unreachable('a disabled observer logged') });
    const answer = await application.send('/id', { headers: { 'X-Request-ID': 'kept' } });
    expect(answer.body).toBe('kept');
    expect(answer.headers['x-response-time']).toMatch(/ms$/);
    expect(readMetric(observer, DURATION)).toEqual([]);
    expect(total(observer, 'http.server.request.outcomes')).toBe(0);
  });

  test('service.version is a label of the histograms', async () => {
    const observer = new Observer({
      environment: { OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.2.3' },
      push: false,
      runtime: false,
    });
    await start({ observer });
    await application.send('/users/1');
    await allEnded(application);
    expect(total(observer, DURATION, { 'service.version': '1.2.3' })).toBe(1);
    expect(total(observer, 'outrider.route.duration', { 'service.version': '1.2.3' })).toBe(1);
  });
});
