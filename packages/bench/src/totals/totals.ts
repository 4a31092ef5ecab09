/** What a histogram holds, all its series together: the check that what was measured was done. */
export interface Totals {
  readonly series: number;
  readonly count: number;
  readonly sum: number;
}

/**
 * Compares what a histogram holds with what it must. Sums may differ in the order they were added.
 *
 * @throws {Error} that names what differs
 */
export function assertTotals(name: string, actual: Totals, expected: Totals): void {
  const { series, count, sum } = actual;
  if (series !== expected.series) throw new Error(`${name} has ${series} series, and not ${expected.series}.`);
  if (count !== expected.count) throw new Error(`${name} has recorded ${count} values of ${expected.count}.`);
  if (Math.abs(sum - expected.sum) > 1e-6 * Math.abs(expected.sum)) {
    throw new Error(`${name} has added up ${sum}, and not ${expected.sum}.`);
  }
}
