import { TraceFlags, trace } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Exemplars } from '../../src/recorder/exemplars.ts';

function span(letter: string, traceFlags: TraceFlags = TraceFlags.SAMPLED): Span {
  return trace.wrapSpanContext({ traceId: letter.repeat(32), spanId: letter.repeat(16), traceFlags });
}

afterEach(() => {
  vi.useRealTimers();
});

describe('Exemplars', () => {
  test('keeps the slowest of a minute, and then the next one', () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const exemplars = new Exemplars();
    exemplars.offer(7, 0.2, span('a'));
    exemplars.offer(7, 0.5, span('b'));
    exemplars.offer(7, 0.3, span('c'));
    expect(exemplars.of(7)).toEqual({ value: 0.5, time: 1_000_000, traceId: 'b'.repeat(32), spanId: 'b'.repeat(16) });
    vi.setSystemTime(1_059_999);
    exemplars.offer(7, 0.3, span('d'));
    expect(exemplars.of(7)?.value).toBe(0.5);
    vi.setSystemTime(1_060_000);
    exemplars.offer(7, 0.1, span('e'));
    expect(exemplars.of(7)?.value).toBe(0.1);
    expect(exemplars.of(8)).toBeUndefined();
  });

  test('a trace that was not sampled cannot be looked up', () => {
    const exemplars = new Exemplars();
    exemplars.offer(0, 1, span('a', TraceFlags.NONE));
    expect(exemplars.of(0)).toBeUndefined();
  });
});
