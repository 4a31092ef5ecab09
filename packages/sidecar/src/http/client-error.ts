import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { LimitName } from '../limit-counts.ts';

// As Node.js answers them where nobody listens.
const STATUSES: ReadonlyMap<string | undefined, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);

/** Who is told of clients that are no good, and what they are told. */
export interface ClientErrorOptions {
  /** Called for a client that speaks HTTP/2, as gRPC does. */
  readonly onHttp2?: () => void;
  /** Called for a request whose head was too long, or that was not there in time. */
  readonly onLimit?: (limit: LimitName) => void;
  /** The headers that every answer has. */
  readonly headers?: () => ReadonlyArray<readonly [string, string]>;
}

/**
 * Answers what is no HTTP/1.1 request, as Node.js does where nobody listens, and tells of clients that speak HTTP/2
 * (their connection begins with a preface that the parser knows) and of limits.
 *
 * @returns what to call with each request before it is served
 */
export function answerClientErrors(
  server: Server,
  { onHttp2, onLimit, headers = () => [] }: ClientErrorOptions,
): (req: IncomingMessage) => void {
  const requests = new WeakMap<Duplex, IncomingMessage>();
  server.prependListener('request', (req: IncomingMessage) => requests.set(req.socket, req));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'HPE_PAUSED_H2_UPGRADE') onHttp2?.();
    else if (error.code === 'HPE_HEADER_OVERFLOW') onLimit?.('headerBytes');
    else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
      onLimit?.(requests.get(socket)?.complete === false ? 'requestTime' : 'headerTime');
    }
    // Whoever was answered on this connection may be in the middle of another answer.
    if (socket.writable && 'bytesWritten' in socket && socket.bytesWritten === 0) {
      const status = STATUSES.get(error.code) ?? 400;
      const lines = [...headers(), ['Connection', 'close']].map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`, () => socket.destroy());
    } else socket.destroy();
  });
  return (req) => void requests.set(req.socket, req);
}
