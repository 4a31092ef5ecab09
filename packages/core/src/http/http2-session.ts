import type { Http2ServerRequest, Http2Session } from 'node:http2';
import type { Exchange } from './exchange.ts';

const SWEEP_MS = 1000;

const sessions = new WeakMap<Http2Session, Set<Exchange>>();

/**
 * Sees to it that the exchanges of a session end. Where a client destroys its session, Node.js may leave streams behind
 * that are closed on the wire and never emit `close`: what was written to them is not sent any more, and is waited for
 * (seen with Node.js 20 and 24). This begins with the client's GOAWAY, so from there on, and only there, they are looked
 * at once a second.
 */
export function followSession(exchange: Exchange, session: Http2Session): void {
  exchange.siblings = sessions.get(session) ?? exchangesOf(session);
  exchange.siblings.add(exchange);
}

function exchangesOf(session: Http2Session): Set<Exchange> {
  const exchanges = new Set<Exchange>();
  sessions.set(session, exchanges);
  session.once('goaway', () => sweep(exchanges));
  return exchanges;
}

function sweep(exchanges: ReadonlySet<Exchange>): void {
  let closed: readonly Exchange[] = [];
  const timer = setInterval(() => {
    // Twice, since a stream is closed for a moment before it is destroyed.
    for (const exchange of closed) exchange.instrumentation.end(exchange);
    closed = [...exchanges].filter(isClosed);
    if (exchanges.size === 0) clearInterval(timer);
  }, SWEEP_MS);
  timer.unref();
}

function isClosed({ request }: Exchange): boolean {
  return (request as unknown as Http2ServerRequest).stream.closed;
}
