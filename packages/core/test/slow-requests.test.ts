import { describe, expect, test } from 'vitest';
import type { SlowRequest } from '../src/slow-log.ts';
import { SlowRequests } from '../src/slow-requests.ts';

function request(duration_ms: number, route = '/orders/:id'): SlowRequest {
  return { time: '2026-01-02T03:04:05.678Z', method: 'GET', route, outcome: 'completed', duration_ms };
}

function durations(ring: SlowRequests): readonly number[] {
  return (JSON.parse(ring.json()) as SlowRequest[]).map((entry) => entry.duration_ms);
}

/** The numbers down from `first`. */
function down(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => first - at);
}

describe('SlowRequests', () => {
  test('is empty before the first one', () => {
    expect(new SlowRequests().json()).toBe('[]');
  });

  test.each([1, 2, 99, 100, 101, 150, 199, 200, 201, 1234])('holds the last hundred of %i, newest first', (count) => {
    const ring = new SlowRequests();
    for (let i = 1; i <= count; i++) ring.add(request(i));
    expect(durations(ring)).toEqual(down(count, Math.min(count, 100)));
  });

  test('tells each one whole', () => {
    const ring = new SlowRequests();
    const whole = {
      ...request(3001.5, '/lines\n"of"/:id'),
      status: 200,
      first_byte_ms: 2,
      request_id: 'r',
      trace_id: 't',
    };
    ring.add(whole);
    expect(JSON.parse(ring.json())).toEqual([whole]);
  });

  test('is written once, until one more comes', () => {
    const ring = new SlowRequests();
    let written = 0;
    const told = (duration_ms: number): SlowRequest => ({
      ...request(duration_ms),
      get route() {
        written++;
        return '/';
      },
    });
    ring.add(told(1));
    for (let i = 0; i < 3; i++) expect(durations(ring)).toEqual([1]);
    ring.add(told(2));
    for (let i = 0; i < 3; i++) expect(durations(ring)).toEqual([2, 1]);
    expect(written).toBe(2);
  });

  test('is 64 KiB at the most, and what is too large by itself does not stand in the way of others', () => {
    const ring = new SlowRequests();
    for (let i = 1; i <= 50; i++) ring.add(request(i, 'é'.repeat(1000)));
    ring.add(request(51, 'x'.repeat(70_000)));
    ring.add(request(52));
    expect(Buffer.byteLength(ring.json())).toBeLessThanOrEqual(65_536);
    const told = durations(ring);
    expect(told.slice(0, 3)).toEqual([52, 50, 49]);
    expect(told.length).toBeGreaterThan(25);
  });
});
