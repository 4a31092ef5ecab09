import { describe, expect, it } from 'vitest';
import type { Decoded } from '../../src/receivers/decoded.ts';
import { decodeOtlpJson } from '../../src/receivers/otlp-json.ts';
import { otlpLimits } from '../../src/receivers/otlp-limits.ts';
import { SLOW_REQUEST as sent } from '../slow-request.ts';
import { gaugeOf, requestOf, toJson } from './otlp-encode.ts';

function decode(outriderSlowRequests: unknown, request: object = requestOf(gaugeOf({ asInt: 1 }))): Decoded {
  return decodeOtlpJson(toJson({ ...request, outriderSlowRequests }), otlpLimits);
}

/** What came of the slow requests; that of the metrics is asserted. */
function read(outriderSlowRequests: unknown): { readonly stored: unknown; readonly dropped: object | undefined } {
  const { resources, points, dropped, slowRequestsDropped } = decode(outriderSlowRequests);
  expect({ points, dropped }).toEqual({ points: 1, dropped: new Map() });
  return {
    stored: resources[0]?.slowRequests,
    dropped: slowRequestsDropped && Object.fromEntries(slowRequestsDropped),
  };
}

describe('slow requests in OTLP/JSON', () => {
  it('are taken as they are', () => {
    expect(read([sent, { ...sent, duration_ms: 0 }])).toEqual({
      stored: [sent, { ...sent, duration_ms: 0 }],
      dropped: {},
    });
    expect(read([])).toEqual({ stored: [], dropped: {} });
  });

  it.each([undefined, null])('are not told by %s', (nothing) => {
    expect(read(nothing)).toEqual({ stored: undefined, dropped: undefined });
  });

  it('may lack what not every request has', () => {
    const { time, method, route, outcome, duration_ms } = sent;
    const least = { time, method, route, outcome, duration_ms };
    expect(read([least, { ...least, status: null, trace_id: null }]).stored).toEqual([least, least]);
  });

  it('lose fields that nobody knows', () => {
    expect(read([{ ...sent, url: '/orders/7?token=secret', __proto__: null }]).stored).toEqual([sent]);
    expect(read([{ ...sent, parts: { ...sent.parts, sql: 'select 7' } }]).stored).toEqual([sent]);
  });

  it.each([
    { time: '2026-01-02 03:04:05' },
    { time: '2026-13-02T03:04:05Z' },
    { time: 1 },
    { time: undefined },
    { method: '' },
    { method: ['GET'] },
    { route: 7 },
    { route: undefined },
    { outcome: {} },
    { duration_ms: '3001' },
    { duration_ms: -1 },
    { duration_ms: undefined },
    { status: '200' },
    { status: 99 },
    { status: 1e9 },
    { status: 200.5 },
    { first_byte_ms: -1 },
    { request_id: 7 },
    { trace_id: 'A'.repeat(32) },
    { trace_id: 'a'.repeat(33) },
    { span_id: '' },
    { parts: 'pool' },
    { parts: [1500, 1000, 400.5, 100, 1] },
    { parts: { ...sent.parts, queries_ms: -1 } },
    { parts: { ...sent.parts, rest_ms: undefined } },
    { parts: { ...sent.parts, event_loop_ms: '100' } },
  ])('with a wrong field are left out and counted, alone: %j', (wrong) => {
    expect(read([sent, { ...sent, ...wrong }, sent])).toEqual({
      stored: [sent, sent],
      dropped: { invalid_slow_request: 1 },
    });
  });

  it.each(['text', 7, true, {}])('that are no list are counted: %j', (wrong) => {
    expect(read(wrong)).toEqual({ stored: undefined, dropped: { invalid_slow_request: 1 } });
  });

  it('that are no objects are counted', () => {
    expect(read([null, 'text', [sent], 7]).dropped).toEqual({ invalid_slow_request: 4 });
  });

  it('are cut at sane lengths, and never in the middle of a character', () => {
    const long = '😀'.repeat(2000);
    const { stored } = read([{ ...sent, method: long, route: `x${long}`, outcome: long, request_id: long }]);
    const [cut] = stored as ReadonlyArray<Record<'method' | 'route' | 'outcome' | 'request_id', string>>;
    const { method, route, outcome, request_id } = cut!;
    const texts = [method, route, outcome, request_id];
    expect(texts.map(({ length }) => length)).toEqual([254, 1023, 254, 254]);
    for (const text of texts) expect(text.isWellFormed()).toBe(true);
  });

  it('are a hundred at the most, the first ones', () => {
    const many = Array.from({ length: 130 }, (_, at) => ({ ...sent, duration_ms: at }));
    const { stored, dropped } = read([{}, ...many]);
    expect(stored).toEqual(many.slice(0, 99));
    expect(dropped).toEqual({ invalid_slow_request: 1, too_many_slow_requests: 31 });
  });

  it('are 64 KiB at the most', () => {
    const large = Array.from({ length: 100 }, () => ({ ...sent, route: 'é'.repeat(1024) }));
    const { stored, dropped } = read(large);
    const bytes = Buffer.byteLength(JSON.stringify(stored));
    expect(bytes).toBeLessThanOrEqual(65_536);
    expect(bytes).toBeGreaterThan(60_000);
    expect(dropped).toEqual({ too_many_slow_requests: 100 - (stored as unknown[]).length });
  });

  it('are nobody’s where the request is not of one process', () => {
    const [resource] = (requestOf(gaugeOf({ asInt: 1 })) as { resourceMetrics: unknown[] }).resourceMetrics;
    const two = decode([sent, sent], { resourceMetrics: [resource, resource] });
    expect(two.resources.map(({ slowRequests }) => slowRequests)).toEqual([undefined, undefined]);
    expect(two.slowRequestsDropped).toEqual(new Map([['invalid_slow_request', 2]]));
    expect(decode([sent], {}).slowRequestsDropped).toEqual(new Map([['invalid_slow_request', 1]]));
  });
});
