import { describe, expect, it } from 'vitest';
import { parseRegressionFlags } from '../../../src/demo/regression/flags.ts';
import { UsageError } from '../../../src/usage-error.ts';

describe('the flags of the regression demo', () => {
  it('are ten times as fast as the shipped rules, unless told', () => {
    expect(parseRegressionFlags([])).toEqual({ help: false, hurry: 10, prometheusPort: 9090 });
    expect(parseRegressionFlags(['--hurry', '1', '--prometheus-port', '0'])).toMatchObject({
      hurry: 1,
      prometheusPort: 0,
    });
  });

  it.each([
    [['--hurry', '0'], '--hurry is "0": expected 1 to 30.'],
    [['--hurry', 'fast'], '--hurry is "fast": expected 1 to 30.'],
    [['--prometheus-port', '70000'], '--prometheus-port is "70000": expected a port, 0 to 65535.'],
    [['--slowly'], "Unknown option '--slowly'"],
  ])('%j is refused', (args, message) => {
    expect(() => parseRegressionFlags(args)).toThrow(UsageError);
    expect(() => parseRegressionFlags(args)).toThrow(message);
  });
});
