import { STATUS_CODES } from 'node:http';
import type { Server } from 'node:http';

// As Node.js answers them where nobody listens.
const STATUSES: ReadonlyMap<string | undefined, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);

/**
 * Answers what is no HTTP/1.1 request, as Node.js does where nobody listens, and tells of clients that speak HTTP/2
 * (their connection begins with a preface that the parser knows).
 */
export function answerClientErrors(server: Server, onHttp2: () => void): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'HPE_PAUSED_H2_UPGRADE') onHttp2();
    // Whoever was answered on this connection may be in the middle of another answer.
    if (socket.writable && 'bytesWritten' in socket && socket.bytesWritten === 0) {
      const status = STATUSES.get(error.code) ?? 400;
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`, () => socket.destroy());
    } else socket.destroy();
  });
}
