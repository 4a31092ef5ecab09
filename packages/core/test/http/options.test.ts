import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { OutriderError } from '../../src/errors.ts';
import { checkOptions } from '../../src/http/options.ts';
import type { OutriderOptions } from '../../src/http/options.ts';
import { Observer } from '../../src/observer.ts';
import { writeSlowLog } from '../../src/slow-log.ts';

function thrownBy(options: unknown): OutriderError {
  try {
    checkOptions(options as OutriderOptions);
  } catch (error) {
    if (error instanceof OutriderError) return error;
    throw error;
  }
  return expect.unreachable('the options were accepted');
}

const many = Array.from({ length: 65 }, (_, at) => at + 1);

describe('a wrong option names itself and what is expected', () => {
  test.each<[option: string, options: unknown]>([
    ['options', null],
    ['options', 'x'],
    ['options', []],
    ['service', { service: '' }],
    ['service', { service: 7 }],
    ['slowMs', { slowMs: -1 }],
    ['slowMs', { slowMs: Number.NaN }],
    ['slowMs', { slowMs: Number.POSITIVE_INFINITY }],
    ['slowMs', { slowMs: '3000' }],
    ['serverTiming', { serverTiming: 1 }],
    ['attribution', { attribution: 'yes' }],
    ['responseTime', { responseTime: true }],
    ['responseTime', { responseTime: null }],
    ['responseTime.header', { responseTime: { header: 'X Time' } }],
    ['responseTime.header', { responseTime: { header: '' } }],
    ['responseTime.header', { responseTime: { header: 'X-Time\r\nSet-Cookie' } }],
    ['responseTime.digits', { responseTime: { digits: 1.5 } }],
    ['responseTime.digits', { responseTime: { digits: 10 } }],
    ['responseTime.digits', { responseTime: { digits: -1 } }],
    ['requestId', { requestId: 'X-Request-ID' }],
    ['requestId.header', { requestId: { header: 'X:Id' } }],
    ['requestId.trust', { requestId: { trust: true } }],
    ['requestId.generator', { requestId: { generator: 'uuid' } }],
    ['exclude', { exclude: '/healthz' }],
    ['exclude', { exclude: ['/healthz', 7] }],
    ['route', { route: '/users/:id' }],
    ['labels', { labels: { tenant: 'blue' } }],
    ['log', { log: console }],
    ['buckets', { buckets: [] }],
    ['buckets', { buckets: [1, 1] }],
    ['buckets', { buckets: [2, 1] }],
    ['buckets', { buckets: [1, Number.POSITIVE_INFINITY] }],
    ['buckets', { buckets: ['1'] }],
    ['buckets', { buckets: many }],
    ['buckets', { buckets: [0, 1] }],
    ['responseTime.header', { responseTime: { header: 'Content-Length' } }],
    ['requestId.header', { requestId: { header: 'set-cookie' } }],
    ['buckets', { buckets: 1 }],
    ['observer', { observer: {} }],
  ])('%s: %j', (option, options) => {
    const error = thrownBy(options);
    expect(error.code).toBe('OUTRIDER_OPTION');
    expect(error.message).toMatch(`Option ${option} is `);
    expect(error.message).toMatch(/: expected .+\.$/);
    expect(error.message).not.toMatch(/[{}]\w+[{}]/);
  });

  test.each([
    ['slowms', ' (did you mean slowMs?)'],
    ['requestID', ' (did you mean requestId?)'],
    ['colour', ''],
  ])('there is no option %s', (option, hint) => {
    const error = thrownBy({ [option]: 1 });
    expect(error.code).toBe('OUTRIDER_UNKNOWN_OPTION');
    expect(error.message).toMatch(`There is no option ${option}${hint}. The options are `);
    expect(error.message).toMatch(
      'service, slowMs, responseTime, requestId, serverTiming, attribution, exclude, streams, route, labels',
    );
  });
});

describe('a wrong key inside an option', () => {
  test.each([
    ['responseTime.digit', { responseTime: { digit: 3 } }, ''],
    ['requestId.Header', { requestId: { Header: 'x' } }, ' (did you mean requestId.header?)'],
  ])('%s', (key, options, hint) => {
    const error = thrownBy(options);
    expect(error.code).toBe('OUTRIDER_UNKNOWN_OPTION');
    expect(error.message).toMatch(`There is no option ${key}${hint}. The options are `);
  });
});

describe('a good option is taken', () => {
  test('all have defaults', () => {
    expect(checkOptions({})).toEqual({
      slowSeconds: 3,
      serverTiming: false,
      attribution: false,
      responseTime: { header: 'X-Response-Time', key: 'x-response-time', digits: 3 },
      requestId: { header: 'X-Request-ID', key: 'x-request-id', trust: 'valid', generator: undefined },
      exclude: undefined,
      streams: undefined,
      route: undefined,
      labels: undefined,
      log: writeSlowLog,
    });
  });

  const yes = (): boolean => true;
  const text = (): string => 'x';
  test.each<[OutriderOptions, object]>([
    [{ service: 'orders' }, {}],
    [{ slowMs: 0 }, { slowSeconds: 0 }],
    [{ slowMs: 0.5 }, { slowSeconds: 0.0005 }],
    [{ serverTiming: true }, { serverTiming: true }],
    [{ attribution: true }, { attribution: true }],
    [{ responseTime: false }, { responseTime: undefined }],
    [{ responseTime: { digits: 0 } }, { responseTime: { header: 'X-Response-Time', digits: 0 } }],
    [{ responseTime: { header: 'Took' } }, { responseTime: { header: 'Took', digits: 3 } }],
    [{ requestId: false }, { requestId: undefined }],
    [{ requestId: { trust: 'never' } }, { requestId: { trust: 'never', header: 'X-Request-ID' } }],
    [{ requestId: { trust: yes, generator: text } }, { requestId: { trust: yes, generator: text } }],
    [{ exclude: yes }, { exclude: yes }],
    [{ route: text }, { route: text }],
    [{ log: yes }, { log: yes }],
    [{ buckets: [0.1] }, {}],
    [{ buckets: many.slice(0, 64) }, {}],
    [{ observer: new Observer({ push: false, runtime: false }) }, {}],
  ])('%j', (options, settings) => {
    expect(checkOptions(options)).toMatchObject(settings);
  });

  test('labels', () => {
    const labels = (): Record<string, string> => ({ tenant: 'blue' });
    expect(checkOptions({ labels }).labels).toBe(labels);
  });
});

describe('exclude', () => {
  const request = (url: string, originalUrl?: string): IncomingMessage => ({ url, originalUrl }) as never;

  test('a path is exact, a pattern is for the path, a query is of neither', () => {
    const { exclude } = checkOptions({ exclude: ['/healthz', /^\/internal\//] });
    const excluded = (url: string): boolean => exclude!(request(url));
    expect(['/healthz', '/healthz?deep=1', '/internal/x'].map(excluded)).toEqual([true, true, true]);
    expect(['/healthz/', '/Healthz', '/x?p=/internal/', '/internal', ''].map(excluded)).not.toContain(true);
  });

  test('a pattern that remembers where it stopped hits every time', () => {
    for (const pattern of [/^\/a/g, /^\/a/y, /^\/A/gi]) {
      const { exclude } = checkOptions({ exclude: [pattern] });
      expect([1, 2, 3].map(() => exclude!(request('/a/b')))).toEqual([true, true, true]);
    }
  });

  test('the path is that of the outermost application', () => {
    const { exclude } = checkOptions({ exclude: ['/mounted/healthz'] });
    expect(exclude!(request('/healthz', '/mounted/healthz'))).toBe(true);
  });
});
