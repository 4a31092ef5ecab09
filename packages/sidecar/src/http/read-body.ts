import type { IncomingMessage } from 'node:http';
import { BodyParts } from './body-parts.ts';
import type { ByteBudget } from './byte-budget.ts';
import { RequestError } from './request-error.ts';

/** A body as it came over the wire. It counts against the budget until it is released. */
export interface Body {
  readonly parts: readonly Buffer[];
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
    const body = new BodyParts(budget);
    let length = 0;

    const stop = (): void => {
      req.off('data', onData).off('end', onEnd).off('close', onClose);
    };
    const fail = (error: RequestError): void => {
      stop();
      body.release();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > maximum) fail(tooLong(maximum));
      else if (!body.add(chunk)) fail(tooMany());
    };
    const onEnd = (): void => {
      stop();
      resolve({ parts: body.parts, release: () => body.release() });
    };
    const onClose = (): void => fail(new RequestError(400, 'The client went away before the end of the request.'));

    if (Number(req.headers['content-length'] ?? 0) > maximum) return fail(tooLong(maximum));
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

function tooLong(maximum: number): RequestError {
  const message = `The body is longer than ${maximum} bytes: send fewer data points in one request.`;
  return new RequestError(413, message, { limit: 'bodyBytes' });
}

function tooMany(): RequestError {
  return new RequestError(503, 'Too many requests at once: send it again later.', { limit: 'inFlightBytes' });
}
