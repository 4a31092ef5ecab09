import type { IncomingMessage } from 'node:http';

/**
 * Whether a browser sent the request on behalf of another site: `Sec-Fetch-Site: cross-site`, or an `Origin` that is
 * not the host the request went to. Programs that are not browsers send neither header.
 */
export function isCrossSite(req: IncomingMessage): boolean {
  if (req.headers['sec-fetch-site'] === 'cross-site') return true;
  const origin = req.headers.origin;
  if (origin === undefined) return false;
  const host = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase())?.[1];
  return host === undefined || host !== req.headers.host?.toLowerCase();
}
