/** What a browser may do with an answer. No page of the sidecar needs more than its own files. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cache-Control': 'no-store',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
};

/**
 * The headers that every answer over TCP has, errors included.
 *
 * @param overrides those of the web configuration file; an empty one takes the header away
 */
export function securityHeaders(overrides: Readonly<Record<string, string>> = {}): ReadonlyArray<[string, string]> {
  return Object.entries({ ...HEADERS, ...overrides }).filter(([, value]) => value !== '');
}
