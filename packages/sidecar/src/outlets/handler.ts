import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Gate, Refusal } from '../http/gate.ts';
import { acceptsGzip, GzipCache } from '../http/gzip.ts';
import { requestPath, requestQuery } from '../http/request-path.ts';
import type { Snapshot } from '../snapshot.ts';
import { plainText } from './outlet.ts';
import type { Answer, AnyOutletFactory, Outlet, OutletContext } from './outlet.ts';

export interface OutletHandlerOptions {
  readonly outlets: Readonly<Record<string, AnyOutletFactory>>;
  readonly context: OutletContext;
  /** What there is to show now. */
  readonly snapshot: () => Snapshot;
  /** Stands before all of them. */
  readonly gate: Gate;
  /**
   * How long a client may take nothing of an answer, in milliseconds, before its connection is ended. @default 30000
   */
  readonly stuckAfterMs?: number;
}

const STUCK_AFTER_MS = 30_000;

/** Serves the outlets: GET and HEAD only, to callers that name this host; in gzip to those that take it. */
export function createOutletHandler(options: OutletHandlerOptions): RequestListener {
  const { context, snapshot, gate, stuckAfterMs = STUCK_AFTER_MS } = options;
  const outlets = new Map<string, Outlet | Outlet<Promise<Answer>>>(
    Object.entries(options.outlets).map(([path, create]) => [path, create(context)]),
  );
  const paths = [...outlets].map(([path, { description }]) => `${path}  ${description}\n`).join('');
  if (!outlets.has('/')) outlets.set('/', index(paths));
  const compressed = new GzipCache();

  const answer = async (req: IncomingMessage): Promise<Answer> => {
    const refusal = await gate.check(req);
    if (refusal !== undefined) return refused(refusal);
    if (req.method !== 'GET' && req.method !== 'HEAD') return plainText(405, 'Only GET and HEAD are served here.\n');
    const outlet = outlets.get(requestPath(req.url));
    if (outlet === undefined) return plainText(404, `There is nothing here. The paths are:\n${paths}`);
    return outlet.answer(snapshot(), { query: requestQuery(req.url), accept: req.headers.accept ?? '' });
  };

  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const forPages = gate.headers?.(req);
    for (const [name, value] of Object.entries(forPages ?? {})) res.setHeader(name, value);
    try {
      const { body, follow, ...head } = await answer(req);
      if (follow !== undefined) return begin(req, res, head, follow);
      // An answer that is not taken would be held for as long as the connection is, one for each such connection.
      res.setTimeout(stuckAfterMs, () => res.destroy());
      const bytes = typeof body === 'string' ? Buffer.from(body) : body;
      const gzip = acceptsGzip(req.headers['accept-encoding'] ?? '') ? await compressed.of(bytes) : undefined;
      send(req, res, head, gzip ?? bytes, gzip !== undefined);
    } catch (error) {
      context.log('error', 'an outlet failed', { path: requestPath(req.url), error: String(error) });
      if (res.headersSent) return void res.destroy();
      const { body, ...head } = plainText(500, 'This answer could not be made; the log of the sidecar says why.\n');
      send(req, res, head, Buffer.from(body), false);
    }
  };

  return (req, res) => void serve(req, res);
}

function index(paths: string): Outlet {
  return { description: 'this list', answer: () => plainText(200, `Outrider sidecar\n\n${paths}`) };
}

function refused({ status, message, headers = {} }: Refusal): Answer {
  return { ...plainText(status, status === 204 ? '' : `${message}\n`), headers };
}

function send(
  req: IncomingMessage,
  res: ServerResponse,
  { status, contentType, vary, retryAfterSeconds, headers }: Omit<Answer, 'body'>,
  bytes: Buffer,
  gzip: boolean,
): void {
  const depends = [res.getHeader('Vary'), vary, 'Accept-Encoding'];
  res.writeHead(status, {
    // What has no content has neither a type nor a length (RFC 9110).
    ...(status === 204 ? {} : { 'Content-Type': contentType, 'Content-Length': bytes.length }),
    ...(gzip ? { 'Content-Encoding': 'gzip' } : {}),
    Vary: depends.filter((part) => part !== undefined).join(', '),
    ...headers,
    ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': retryAfterSeconds }),
  });
  res.end(req.method === 'HEAD' ? undefined : bytes);
}

/** Begins a response that goes on for long; its connection is not used again after it. */
function begin(
  req: IncomingMessage,
  res: ServerResponse,
  { status, contentType }: Omit<Answer, 'body'>,
  follow: (res: ServerResponse) => void,
): void {
  res.writeHead(status, {
    'Content-Type': contentType,
    Connection: 'close',
  });
  if (req.method === 'HEAD') res.end();
  else follow(res);
}
