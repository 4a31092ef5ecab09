import { describe, expect, it } from 'vitest';
import { partOf } from '../../src/doctor/choices.ts';
import type { Part } from '../../src/doctor/choices.ts';
import { written } from '../../src/doctor/selectors.ts';

/** Names, and in brackets the choices, their alternatives behind bars. */
function drawn({ selectors, choices }: Part): string {
  const inner = choices.map((alternatives) => `[${alternatives.map(drawn).join('|')}]`).filter((text) => text !== '[]');
  return [...selectors.map(written), ...inner].join(' ');
}

describe('partOf', () => {
  it.each<[string, string]>([
    ['a', '[a]'],
    ['a or b', '[a|b]'],
    ['sum by (or) (rate(a{x=" or (",y=~"]"}[5m])) / b', '[b [[a{x=" or (",y=~"]"}]]]'],
    ['topk by (job) (1, a and on (x) b or on (job) c or d)', '[[a b|c|d]]'],
    ['(a or 0 * b) / on (job) group_left (x) c', '[c [a|b]]'],
    ['clamp_min(1 - (a or b) or c, 0) > d:or:e', '[d:or:e [[a|b]|c]]'],
  ])('%s', (expr, expected) => {
    expect(drawn(partOf(expr))).toBe(expected);
  });
});
