import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** When an incoming request id is kept. */
export type RequestIdTrust<Request extends IncomingMessage = IncomingMessage> =
  | 'valid'
  | 'never'
  | ((request: Request) => boolean);

const VALID = /^[\w.:=+/@-]{1,128}$/;

/** Whether a text may stand as a request id: 1 to 128 characters of a set that is safe in headers, logs and URLs. */
export function isValidRequestId(text: string): boolean {
  return VALID.test(text);
}

/** What was found in the request's header. Node joins repeated headers with a comma, which no valid id has. */
export interface RequestId {
  readonly id: string;
  /** Whether an id came in and was not fit to be kept. */
  readonly rejected: boolean;
}

/** The id of a request: the incoming one if it is valid and trusted, else a new one. */
export function requestIdOf(
  incoming: string | string[] | undefined,
  trusted: boolean,
  generate: (() => string | undefined) | undefined,
): RequestId {
  if (incoming === undefined) return { id: newId(generate), rejected: false };
  const valid = typeof incoming === 'string' && isValidRequestId(incoming);
  if (valid && trusted) return { id: incoming, rejected: false };
  return { id: newId(generate), rejected: !valid };
}

// A generator's id goes into a header: one that is not fit for it is replaced like an incoming one.
function newId(generate: (() => string | undefined) | undefined): string {
  if (generate === undefined) return randomUUID();
  const id = generate();
  return typeof id === 'string' && isValidRequestId(id) ? id : randomUUID();
}
