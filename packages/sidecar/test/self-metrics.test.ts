import { describe, expect, it } from 'vitest';
import { DROP_REASONS, SLOW_REQUEST_DROP_REASONS } from '../src/receivers/decoded.ts';
import { SelfMetrics } from '../src/self-metrics.ts';
import { snapshotOf } from './outlets/snapshots.ts';

describe('the metrics of the sidecar about itself', () => {
  const view = snapshotOf([]).store;

  function points(self: SelfMetrics, name: string): unknown {
    return self
      .read(view)
      .find((metric) => metric.name === name)
      ?.points.map((point) => [point.attributes[0]?.[1], 'value' in point ? point.value : undefined]);
  }

  it('tell every reason for which points are dropped before one was', () => {
    const dropped = points(new SelfMetrics(() => 10), 'outrider.receiver.dropped');
    expect(dropped).toEqual([...DROP_REASONS, ...SLOW_REQUEST_DROP_REASONS].map((reason) => [reason, 0]));
  });

  it('add up what was left out of every writing, and have cost and size of the last', () => {
    const self = new SelfMetrics(() => 10);
    expect(points(self, 'outrider.exposition.omitted')).toEqual([
      ['conflicting_type', 0],
      ['duplicate_series', 0],
      ['invalid_name', 0],
      ['too_large', 0],
    ]);
    self.written({ seconds: 2, bytes: 200, omitted: new Map([['conflicting_type', 3]]) });
    self.written({
      seconds: 1,
      bytes: 100,
      omitted: new Map([
        ['conflicting_type', 3],
        ['too_large', 1],
      ]),
    });
    expect(points(self, 'outrider.exposition.omitted')).toEqual([
      ['conflicting_type', 6],
      ['duplicate_series', 0],
      ['invalid_name', 0],
      ['too_large', 1],
    ]);
    expect(points(self, 'outrider.exposition.duration')).toEqual([[undefined, 1]]);
    expect(points(self, 'outrider.exposition.size')).toEqual([[undefined, 100]]);
  });
});
