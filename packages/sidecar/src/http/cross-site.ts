import type { IncomingMessage } from 'node:http';

const OWN_SITE: ReadonlySet<string> = new Set(['none', 'same-origin', 'same-site']);

/**
 * Whether a browser sent the request on behalf of another site: a `Sec-Fetch-Site` that is not of this one, or an
 * `Origin` that is not where the request went to, scheme and port included. Programs that are not browsers send neither
 * header.
 *
 * @param allowed origins of other sites that may
 */
export function isCrossSite(req: IncomingMessage, allowed: readonly string[] = []): boolean {
  const { origin, host, 'sec-fetch-site': site } = req.headers;
  if (allowedOrigin(req, allowed) !== undefined) return false;
  // Several of them come joined by commas, and are none of these.
  if (site !== undefined && !OWN_SITE.has(site)) return true;
  if (origin === undefined) return false;
  const scheme = 'encrypted' in req.socket ? 'https' : 'http';
  return host === undefined || origin.toLowerCase() !== `${scheme}://${host.toLowerCase()}`;
}

/** The origin of the web page that sent the request, if it is one of those allowed. */
export function allowedOrigin(req: IncomingMessage, allowed: readonly string[]): string | undefined {
  const { origin } = req.headers;
  return origin !== undefined && allowed.includes(origin) ? origin : undefined;
}
