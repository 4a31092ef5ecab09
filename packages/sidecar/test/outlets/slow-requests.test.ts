import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/outlets/outlet.ts';
import { slowRequestsOutlet } from '../../src/outlets/slow-requests.ts';
import type { Snapshot } from '../../src/snapshot.ts';
import type { SlowRequest } from '../../src/slow-request.ts';
import { SLOW_REQUEST } from '../slow-request.ts';
import { from, number } from '../store/pushes.ts';
import { outletContext, outletRequest, snapshotOf } from './snapshots.ts';

function slow(time: string, more: Partial<SlowRequest> = {}): SlowRequest {
  return { ...SLOW_REQUEST, time, ...more };
}

const calls = number('calls', 'counter', [[1]]);

/** Processes of the shop that tell slow requests. */
function processes(...slowRequests: ReadonlyArray<readonly SlowRequest[]>): Snapshot {
  return snapshotOf(slowRequests.map((of, at) => ({ ...from(String(at), [calls]), slowRequests: of })));
}

function answer(snapshot: Snapshot, query = ''): Answer {
  return slowRequestsOutlet(outletContext()).answer(snapshot, outletRequest(query));
}

function times(snapshot: Snapshot, query = ''): readonly string[] {
  const { slow_requests } = JSON.parse(String(answer(snapshot, query).body)) as {
    slow_requests: ReadonlyArray<{ time: string }>;
  };
  return slow_requests.map(({ time }) => time);
}

describe('/api/v1/slow-requests', () => {
  it('tells of each what is known, and whose it was', () => {
    const least = slow('2026-01-02T03:04:06Z', {
      status: undefined,
      first_byte_ms: undefined,
      request_id: undefined,
      trace_id: undefined,
      span_id: undefined,
      parts: undefined,
    });
    const { status, contentType, body } = answer(processes([slow('2026-01-02T03:04:05Z')], [least]));
    expect({ status, contentType }).toEqual({ status: 200, contentType: 'application/json; charset=utf-8' });
    const known = {
      service: 'shop',
      instance: 'host-1',
      method: 'GET',
      route: '/orders/:id',
      outcome: 'completed',
      duration_ms: 3001.5,
    };
    expect(JSON.parse(String(body))).toEqual({
      timestamp: '2026-11-21T08:00:00.000Z',
      slow_requests: [
        {
          ...known,
          time: '2026-01-02T03:04:06Z',
          worker: 1,
          status: null,
          first_byte_ms: null,
          request_id: null,
          trace_id: null,
          span_id: null,
          parts: null,
        },
        {
          ...known,
          time: '2026-01-02T03:04:05Z',
          worker: 0,
          status: 200,
          first_byte_ms: 2999,
          request_id: 'r-1',
          trace_id: 'a'.repeat(32),
          span_id: 'b'.repeat(16),
          parts: { pool_wait_ms: 1500, queries_ms: 1000, outgoing_ms: 400.5, event_loop_ms: 100, rest_ms: 1 },
        },
      ],
      reasons: {},
    });
  });

  it('is newest first over all processes, whatever the digits of the time', () => {
    const snapshot = processes(
      [slow('2026-01-02T03:04:05.5Z'), slow('2026-01-02T03:04:07Z')],
      [slow('2026-01-02T03:04:06.999Z'), slow('2026-01-02T03:04:05.499999Z'), slow('2026-01-02T03:04:05Z')],
    );
    expect(times(snapshot)).toEqual([
      '2026-01-02T03:04:07Z',
      '2026-01-02T03:04:06.999Z',
      '2026-01-02T03:04:05.5Z',
      '2026-01-02T03:04:05.499999Z',
      '2026-01-02T03:04:05Z',
    ]);
  });

  it('is a hundred at the most, or what the limit says', () => {
    const at = (second: number): SlowRequest => slow(new Date(second * 1000).toISOString());
    const all = Array.from({ length: 250 }, (_, second) => at(second));
    const snapshot = processes(all.slice(0, 90), all.slice(90, 180), all.slice(180));
    const newest = all.map(({ time }) => time).toReversed();
    expect(times(snapshot)).toEqual(newest.slice(0, 100));
    expect(times(snapshot, 'limit=1')).toEqual(newest.slice(0, 1));
    expect(times(snapshot, 'limit=249')).toEqual(newest.slice(0, 249));
    expect(times(snapshot, 'limit=1000')).toEqual(newest);
  });

  it.each([
    ['limit=0', 'limit is "0": expected one whole number from 1 to 1000.'],
    ['limit=1001', 'limit is "1001": expected one whole number from 1 to 1000.'],
    ['limit=-1', 'limit is "-1": expected one whole number from 1 to 1000.'],
    ['limit=1.5', 'limit is "1.5": expected one whole number from 1 to 1000.'],
    ['limit=', 'limit is "": expected one whole number from 1 to 1000.'],
    ['limit=ten', 'limit is "ten": expected one whole number from 1 to 1000.'],
    ['limit=1&limit=2', 'limit is several values: expected one whole number from 1 to 1000.'],
    [`limit=${'9'.repeat(500)}`, `limit is "${'9'.repeat(61)}...": expected one whole number from 1 to 1000.`],
    ['Limit=3', 'There is no parameter "Limit": the parameters are limit, service.'],
    ['limit=3&worker=0', 'There is no parameter "worker": the parameters are limit, service.'],
  ])('refuses ?%s', (query, error) => {
    const { body, ...head } = answer(processes([slow('2026-01-02T03:04:05Z')]), query);
    expect(head).toEqual({ status: 400, contentType: 'application/json; charset=utf-8' });
    expect(JSON.parse(String(body))).toEqual({ error });
  });

  it('is of one service where that is asked for', () => {
    const of = (service: string, time: string) => ({
      ...from(service, [calls], { 'service.name': service }),
      slowRequests: [slow(time)],
    });
    const snapshot = snapshotOf([of('shop', '2026-01-02T03:04:05Z'), of('billing', '2026-01-02T03:04:06Z')]);
    expect(times(snapshot, 'service=shop')).toEqual(['2026-01-02T03:04:05Z']);
    expect(times(snapshot)).toHaveLength(2);
    expect(answer(snapshot, 'service=other').status).toBe(404);
  });

  it('tells no slow request from nobody who tells', () => {
    const told = (snapshot: Snapshot): unknown => JSON.parse(String(answer(snapshot).body));
    expect(told(processes([]))).toMatchObject({ slow_requests: [], reasons: {} });
    expect(told(snapshotOf([from('a', [calls])]))).toMatchObject({
      slow_requests: null,
      reasons: { slow_requests: 'no process tells its slow requests' },
    });
    expect(told(snapshotOf([]))).toMatchObject({
      slow_requests: null,
      reasons: { slow_requests: 'no process has pushed yet' },
    });
  });
});
