import type { IncomingMessage } from 'node:http';
import type { ByteBudget } from './byte-budget.ts';
import { RequestError } from './request-error.ts';

/** A body as it came over the wire. It counts against the budget until it is released. */
export interface Body {
  readonly bytes: Buffer;
  release(): void;
}

/**
 * Reads the body of a request.
 *
 * @param maximum bytes
 * @throws {RequestError} 413 if it is longer, at once if Content-Length says so; 503 if other bodies hold the budget;
 * 400 if the client went away before the end
 */
export function readBody(req: IncomingMessage, maximum: number, budget: ByteBudget): Promise<Body> {
  return new Promise((resolve, reject) => {
    // One buffer that grows, not a list of chunks: a body sent one byte a chunk would cost a hundred times its size.
    let buffer = Buffer.alloc(0);
    let length = 0;
    const announced = Number(req.headers['content-length'] ?? maximum);

    const stop = (): void => {
      req.off('data', onData).off('end', onEnd).off('close', onClose);
    };
    const release = (): void => {
      budget.give(buffer.length);
      buffer = Buffer.alloc(0);
    };
    const fail = (status: number, message: string): void => {
      stop();
      release();
      reject(new RequestError(status, message));
    };
    const grow = (needed: number): boolean => {
      const capacity = Math.min(announced, Math.max(needed, 2 * buffer.length));
      if (!budget.take(capacity - buffer.length)) return false;
      const grown = Buffer.allocUnsafeSlow(capacity);
      buffer.copy(grown, 0, 0, length);
      buffer = grown;
      return true;
    };
    const onData = (chunk: Buffer): void => {
      const needed = length + chunk.length;
      if (needed > maximum) return fail(413, tooLong(maximum));
      if (needed > buffer.length && !grow(needed)) return fail(503, 'Too many requests at once: send it again later.');
      chunk.copy(buffer, length);
      length = needed;
    };
    const onEnd = (): void => {
      stop();
      resolve({ bytes: buffer.subarray(0, length), release });
    };
    const onClose = (): void => fail(400, 'The client went away before the end of the request.');

    if (announced > maximum) return fail(413, tooLong(maximum));
    req.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}

/**
 * Lets the rest of a refused body pass by, so that the client can read the answer, but no more than `maximum` bytes:
 * after that the connection is closed.
 */
export function discardBody(req: IncomingMessage, maximum: number): void {
  if (req.complete || req.destroyed) return;
  let seen = 0;
  req.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    if (seen > maximum) req.destroy();
  });
}

function tooLong(maximum: number): string {
  return `The body is longer than ${maximum} bytes: send fewer data points in one request.`;
}
