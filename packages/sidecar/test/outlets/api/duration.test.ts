import { describe, expect, it } from 'vitest';
import { durationMs } from '../../../src/outlets/api/duration.ts';
import type { Durations } from '../../../src/outlets/api/duration.ts';
import { histogram } from '../../store/pushes.ts';
import { routeDuration } from '../snapshots.ts';

const none = 'nobody tells';

function explicit(bounds: readonly number[], counts: readonly number[]): Durations {
  return { exponential: [], explicit: histogram('d', {}, bounds, counts, 1).points };
}

function exponential(counts: readonly number[], also: Durations = explicit([1], [1, 1])): Durations {
  return { exponential: routeDuration(3, -8, counts).points, explicit: also.explicit };
}

const nobody: Durations = { exponential: [], explicit: [] };

describe('percentiles', () => {
  it('are of exponential buckets where all processes have them', () => {
    const [duration] = durationMs([exponential([10]), exponential([10]), nobody], none);
    expect(duration).toMatchObject({ p50: 521.647, p99: 521.647, interpolated: false, reasons: {} });
  });

  it('are interpolated, and say so, where one has explicit buckets only', () => {
    const python = explicit([0.5, 1], [0, 8, 0]);
    const [duration] = durationMs([exponential([10], explicit([0.25, 0.5, 1], [0, 0, 2, 0])), python], none);
    expect(duration).toEqual({ p50: 750, p90: 950, p95: 975, p99: 995, reasons: {}, interpolated: true });
  });

  it('above the last bound are null, with the bound', () => {
    const [duration] = durationMs([explicit([0.1, 2], [50, 45, 5])], none);
    const reason = 'it is above 2000 ms, the last bound';
    expect(duration).toMatchObject({ p50: 100, p95: 2000, p99: null, reasons: { p99: reason }, interpolated: true });
    expect(durationMs([explicit([1], [1, 1]), explicit([2], [1, 1])], none)[0]).toMatchObject({
      p50: null,
      reasons: { p50: 'the histograms have no bounds in common' },
    });
  });

  it('are unknown where some have only the one kind of buckets and some only the other', () => {
    const both = durationMs([exponential([10], nobody), explicit([1], [1, 1])], none);
    expect(both).toEqual([undefined, expect.stringContaining('together they have no percentiles')]);
  });

  it('are unknown where nobody tells any, and before the first request', () => {
    expect(durationMs([nobody], none)).toEqual([undefined, none]);
    expect(durationMs([explicit([1], [0, 0])], none)).toEqual([undefined, 'no request has ended yet']);
    expect(durationMs([exponential([0])], none)).toEqual([undefined, 'no request has ended yet']);
  });
});
