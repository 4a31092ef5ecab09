import { interpolate } from '../../src/interpolate.ts';
import type { Samples } from '../rules/alert-case.ts';
import { testRules } from '../rules/promtool.ts';

/** What an expression is expected to have: labels in braces to value; nothing at all if there is none. */
type Expected = Readonly<Record<string, number>>;

// The rates of a point are of 315 seconds, so of five minutes of samples.
const VALUES = {
  variables: { job: '.+', instance: '.+', host: '.+', route: '.*', release: '.*' },
  scrapeIntervalS: 15,
  stepS: 300,
  rangeS: 600,
};

/**
 * Evaluates queries of panels in Prometheus' own engine, on samples of one a minute, after ten minutes.
 *
 * @param variables what is chosen at the top of the dashboard; everything unless told
 * @returns what differs from what is expected, as promtool says it; the empty text if nothing does
 */
export function evaluate(
  samples: Samples,
  expected: ReadonlyArray<readonly [expr: string, result: Expected]>,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const values = { ...VALUES, variables: { ...VALUES.variables, ...variables } };
  return testRules('groups: []\n', [
    {
      name: 'measures',
      samples,
      expressions: expected.map(([expr, result]) => ({
        minute: 10,
        // promtool compares numbers bit by bit.
        expr: `round(${interpolate(expr, values)}, 0.0001)`,
        expected: Object.entries(result).map(([labels, value]) => ({ labels, value })),
      })),
    },
  ]);
}
