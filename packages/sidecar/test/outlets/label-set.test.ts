import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../src/metric.ts';
import { LabelWriter } from '../../src/outlets/label-set.ts';
import type { BaseLabels } from '../../src/outlets/label-set.ts';

const BASE: BaseLabels = [
  ['instance', 'host "1"'],
  ['job', 'shop'],
  ['worker', '0'],
];

describe('a set of labels', () => {
  it.each<[string, Attributes]>([
    ['instance="host \\"1\\"",job="shop",worker="0"', []],
    ['a="1",instance="host \\"1\\"",job="shop",worker="0"', [['a', '1']]],
    ['instance="host \\"1\\"",job="shop",worker="0",z="1"', [['z', '1']]],
    ['instance="host \\"1\\"",job="shop",k="1",worker="0"', [['k', '1']]],
    ['a_b="1",a_c="2",instance="host \\"1\\"",job="shop",k="3",worker="0"', [['a.b', '1'], ['a.c', '2'], ['k', '3']]],
    // a.c sorts before a_b, a_c after it.
    ['a_b="2",a_c="1",instance="host \\"1\\"",job="shop",worker="0"', [['a.c', '1'], ['a_b', '2']]],
    ['exported_job="mine",instance="host \\"1\\"",job="shop",worker="0"', [['job', 'mine']]],
    ['exported_worker="mine",instance="host \\"1\\"",job="shop",worker="0"', [['worker', 'mine']]],
    ['exported_le="mine",instance="host \\"1\\"",job="shop",worker="0"', [['le', 'mine']]],
    ['a_b="1;2",instance="host \\"1\\"",job="shop",worker="0"', [['a.b', '1'], ['a_b', '2']]],
    ['instance="host \\"1\\"",job="shop",worker="0"', [['', 'nameless']]],
    // To Prometheus no label: two series that only differ in it are one.
    ['instance="host \\"1\\"",job="shop",k="1",worker="0"', [['a', ''], ['k', '1'], ['z', '']]],
    ['instance="host \\"1\\"",job="shop",k="1",worker="0"', [['z', ''], ['k', '1'], ['job', '']]],
  ])('is sorted by name: %s', (text, attributes) => {
    expect(new LabelWriter().write(BASE, attributes, 'le')).toBe(text);
  }); // prettier-ignore

  it('is the same whatever the order of the attributes', () => {
    const writer = new LabelWriter();
    for (let round = 0; round < 200; round += 1) {
      const names = Array.from({ length: round % 12 }, (_, i) => `${'hijkvwx'[(round * 7 + i * 5) % 7]}${i}.n`);
      const attributes: Attributes = names.map((name) => [name, `${name}\\"`]);
      const sorted = attributes.toSorted(([a], [b]) => (a < b ? -1 : 1));
      const text = writer.write(BASE, sorted);
      expect(writer.write(BASE, sorted.toReversed())).toBe(text);
      expect(writer.write(BASE, attributes)).toBe(text);
    }
  });
});
