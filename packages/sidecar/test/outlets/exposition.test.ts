import { describe, expect, it } from 'vitest';
import type { Metric } from '../../src/metric.ts';
import { Exposition } from '../../src/outlets/exposition.ts';
import type { BaseLabels } from '../../src/outlets/label-set.ts';
import { textFormat } from '../../src/outlets/text-format.ts';
import { number } from '../store/pushes.ts';

const BASE: BaseLabels = [['job', 'shop']];

function calls(name: string, count: number): Metric {
  return number(
    name,
    'counter',
    Array.from({ length: count }, (_, i) => [i, { k: `${name} ${i} ${'x'.repeat(1000)}` }]),
  );
}

describe('an exposition', () => {
  it('comes in pieces', () => {
    const exposition = new Exposition(() => undefined);
    exposition.add(calls('calls', 1000), BASE);
    const pieces = [...exposition.write(textFormat)];
    expect(pieces.length).toBeGreaterThan(10);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(100_000);
    expect(pieces.join('').match(/^calls_total/gm)).toHaveLength(1000);
  });

  it('that gets too long has no more of applications, but what the sidecar measured, and says so', () => {
    const omitted: unknown[] = [];
    const exposition = new Exposition((...omission) => omitted.push(omission), 100_000);
    exposition.add(number('z', 'gauge', [[1], [2, { k: 'v' }]]));
    exposition.add(calls('a', 1000), BASE);
    exposition.add(calls('b', 10), BASE);
    exposition.add(number('z', 'gauge', [[3]]), BASE);
    const text = [...exposition.write(textFormat)].join('');
    const written = text.match(/^a_total/gm)?.length ?? 0;
    expect(text.length).toBeLessThan(200_000);
    expect(text.endsWith('# TYPE z gauge\nz 1\nz{k="v"} 2\n')).toBe(true);
    expect(omitted).toEqual([
      ['a', 'too_large', 1000 - written],
      ['b', 'too_large', 10],
      ['z', 'too_large', 1],
    ]);
    expect(/^# TYPE b_total/m.test(text)).toBe(false);
  });

  it('is as long as its bytes, not as its characters', () => {
    const exposition = new Exposition(() => undefined, 100_000);
    const long = Array.from({ length: 300 }, (_, i): [number, Record<string, string>] => [
      i,
      { k: i + '本'.repeat(1000) },
    ]);
    exposition.add(number('a', 'gauge', long), BASE);
    expect(Buffer.byteLength([...exposition.write(textFormat)].join(''))).toBeLessThan(320_000);
  });

  it('says nothing of a metric without points, and leaves its name to others', () => {
    const exposition = new Exposition(() => undefined);
    exposition.add(number('jobs', 'counter', []));
    expect([...exposition.write(textFormat)].join('')).toBe('');
    exposition.add(number('jobs.total', 'gauge', [[1]]));
    expect([...exposition.write(textFormat)].join('')).toMatch(/^# TYPE jobs_total gauge\njobs_total 1$/m);
  });
});
