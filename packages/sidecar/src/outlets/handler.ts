import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { isCrossSite } from '../http/cross-site.ts';
import { hostHeader, isAllowedHost } from '../http/host-check.ts';
import { requestPath, requestQuery } from '../http/request-path.ts';
import type { Snapshot } from '../snapshot.ts';
import { plainText } from './outlet.ts';
import type { Answer, Outlet, OutletContext, OutletFactory } from './outlet.ts';

export interface OutletHandlerOptions {
  readonly outlets: Readonly<Record<string, OutletFactory>>;
  readonly context: OutletContext;
  /** What there is to show now. */
  readonly snapshot: () => Snapshot;
  /** Hosts besides loopback that a request may name. */
  readonly allowedHosts: readonly string[];
}

/** Serves the outlets: GET and HEAD only, to callers that name this host. */
export function createOutletHandler(options: OutletHandlerOptions): RequestListener {
  const { context, snapshot, allowedHosts } = options;
  const outlets = new Map(Object.entries(options.outlets).map(([path, create]) => [path, create(context)]));
  const paths = [...outlets].map(([path, { description }]) => `${path}  ${description}\n`).join('');
  if (!outlets.has('/')) outlets.set('/', index(paths));

  const answer = (req: IncomingMessage): Answer => {
    if (!isAllowedHost(hostHeader(req), allowedHosts)) {
      return plainText(403, 'This host name is not served here: use localhost or 127.0.0.1.\n');
    }
    if (isCrossSite(req)) return plainText(403, 'Nothing is served here to pages of other sites.\n');
    if (req.method !== 'GET' && req.method !== 'HEAD') return plainText(405, 'Only GET and HEAD are served here.\n');
    const outlet = outlets.get(requestPath(req.url));
    if (outlet === undefined) return plainText(404, `There is nothing here. The paths are:\n${paths}`);
    try {
      return outlet.answer(snapshot(), { query: requestQuery(req.url), accept: req.headers.accept ?? '' });
    } catch (error) {
      context.log('error', 'an outlet failed', { path: requestPath(req.url), error: String(error) });
      return plainText(500, 'This answer could not be made; the log of the sidecar says why.\n');
    }
  };

  return (req, res) => send(req, res, answer(req));
}

function index(paths: string): Outlet {
  return { description: 'this list', answer: () => plainText(200, `Outrider sidecar\n\n${paths}`) };
}

function send(req: IncomingMessage, res: ServerResponse, { status, contentType, body }: Answer): void {
  const bytes = Buffer.from(body);
  res.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
  });
  res.end(req.method === 'HEAD' ? undefined : bytes);
}
