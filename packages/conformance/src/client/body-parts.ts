import type { RequestOptions } from './client.ts';

/** What is sent of a body by a client that leaves before its end. */
export const PART = 'a part of it';

/** The parts that a body is sent in. */
export function partsOf(body: NonNullable<RequestOptions['body']>): ReadonlyArray<string | Buffer> {
  return typeof body === 'string' || Buffer.isBuffer(body) ? [body] : body;
}
