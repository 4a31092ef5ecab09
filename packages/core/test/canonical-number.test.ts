import { describe, expect, it } from 'vitest';
import { canonicalNumber } from '../src/canonical-number.ts';

describe('a canonical number', () => {
  // Those that the specification of OpenMetrics 1.0 lists under "Canonical Numbers", some of the rest, and what Prometheus
  // 3 makes of them.
  it.each([
    '0.0', '0.001', '0.002', '0.01', '0.1', '0.9', '0.95', '0.99', '0.999', '1.0', '1.7', '2.0', '10.0',
    '1e-10', '1e-09', '1e-05', '0.0001', '100.0', '1000.0', '10000.0', '100000.0', '1e+06', '1e+10', '1e+21', '1e+100',
    '1.048576e+06', '1.23456789e+08', '0.30000000000000004', '-1.0', '-2.5', '-1e+06', '123456.75', '5e-324',
    '+Inf', '-Inf', 'NaN',
  ])('is %s', (text) => {
    expect(canonicalNumber(Number(text.replace('Inf', 'Infinity')))).toBe(text);
  }); // prettier-ignore
});
