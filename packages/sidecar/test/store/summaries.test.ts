import { describe, expect, it } from 'vitest';
import type { SummaryMetric } from '../../src/metric.ts';
import { Bench, MINUTE, SECOND } from './bench.ts';
import { from, GOODBYE, number } from './pushes.ts';

function summary(count: number, sum: number, median: number): SummaryMetric {
  const points = [{ attributes: [], count, sum, quantiles: [[0.5, median]] as const }];
  return { name: 'time', unit: 's', description: '', kind: 'summary', points };
}

function held(bench: Bench): unknown {
  return bench.store.view().sessions[0]?.metrics.find(({ name }) => name === 'time')?.points;
}

describe('a summary', () => {
  it('is what its process told last', () => {
    const bench = new Bench();
    bench.push(from('a', [summary(1, 2, 2)]));
    bench.push(from('a', [summary(3, 9, 4)]));
    expect(held(bench)).toEqual([{ attributes: [], count: 3, sum: 9, quantiles: [[0.5, 4]] }]);
  });

  it('loses its quantiles with the process, and keeps what was counted', () => {
    const bench = new Bench();
    bench.push(from('a', [summary(3, 9, 4)], GOODBYE));
    expect(held(bench)).toEqual([{ attributes: [], count: 3, sum: 9, quantiles: [] }]);
  });

  it('loses its quantiles while the process is silent', () => {
    const bench = new Bench();
    bench.push(from('a', [summary(3, 9, 4)]));
    bench.now += SECOND;
    bench.push(from('a', [summary(3, 9, 4)]));
    bench.now += MINUTE;
    expect(held(bench)).toEqual([{ attributes: [], count: 3, sum: 9, quantiles: [] }]);
    bench.push(from('a', [summary(4, 10, 5)]));
    expect(held(bench)).toEqual([{ attributes: [], count: 4, sum: 10, quantiles: [[0.5, 5]] }]);
  });

  it('goes on counting in the slot, with the quantiles of whoever has it', () => {
    const bench = new Bench();
    bench.push(from('a', [summary(3, 9, 4)], GOODBYE));
    bench.push(from('b', [number('calls', 'counter', [[1]])]));
    expect(held(bench)).toEqual([{ attributes: [], count: 3, sum: 9, quantiles: [] }]);
    bench.push(from('b', [summary(1, 1, 7)]));
    expect(held(bench)).toEqual([{ attributes: [], count: 4, sum: 10, quantiles: [[0.5, 7]] }]);
  });
});
