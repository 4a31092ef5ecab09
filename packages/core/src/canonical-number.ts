/**
 * A number as OpenMetrics would have it in the labels `le` and `quantile` (1.0, "Canonical Numbers"): as Go's `%g`, with
 * `.0` where it would look like an integer.
 *
 * Prometheus 3 rewrites these labels so when it reads a scrape, whatever was written; Prometheus 2 takes them as they
 * are. Written so in every format, a bucket is the same series in each format and version.
 *
 * @example canonicalNumber(3) // '3.0'
 * @example canonicalNumber(1048576) // '1.048576e+06'
 */
export function canonicalNumber(number: number): string {
  if (number === Infinity) return '+Inf';
  if (!Number.isFinite(number)) return number === -Infinity ? '-Inf' : 'NaN';
  const [digits = '', power = '0'] = number.toExponential().split('e');
  const exponent = Number(power);
  // As Go's strconv does in the shortest form of %g.
  if (exponent < -4 || exponent >= 6) {
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return Number.isInteger(number) ? `${number}.0` : String(number);
}
