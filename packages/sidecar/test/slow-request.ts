import type { SlowRequest } from '../src/slow-request.ts';

/** A slow request of which everything is known. */
export const SLOW_REQUEST: SlowRequest = {
  time: '2026-01-02T03:04:05.678Z',
  method: 'GET',
  route: '/orders/:id',
  status: 200,
  outcome: 'completed',
  duration_ms: 3001.5,
  first_byte_ms: 2999,
  request_id: 'r-1',
  trace_id: 'a'.repeat(32),
  span_id: 'b'.repeat(16),
  parts: { pool_wait_ms: 1500, queries_ms: 1000, outgoing_ms: 400.5, event_loop_ms: 100, rest_ms: 1 },
};
