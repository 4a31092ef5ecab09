/** What the `error.type` of a call may be, beside an error's code or class and the status of an answer. */
export const TIMEOUT = 'timeout';
export const ABORTED = 'aborted';

const TIMEOUT_CODES: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

// The reason of an abort is whatever the application gives, so what looks like no code or class is none.
const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;
const CLASS = /^[A-Z]\w{0,63}$/;

/** The code of an error, undefined if it has none: those of a DOMException are numbers. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && CODE.test(code) ? code : undefined;
}

/** Whether an error says that something took too long: to connect, to answer, or by a signal of AbortSignal.timeout(). */
export function isTimeout(error: unknown): boolean {
  const { name, cause } = named(error);
  if (name === 'TimeoutError' || TIMEOUT_CODES.has(errorCode(error) ?? '')) return true;
  return name === 'AbortError' && named(cause).name === 'TimeoutError';
}

/** Whether an error says that the caller gave up. */
export function isAbort(error: unknown): boolean {
  return named(error).name === 'AbortError';
}

/** An error's code, else its class, else `_OTHER`. */
export function codeOrClass(error: unknown): string {
  const { name } = named(error);
  return errorCode(error) ?? (typeof name === 'string' && CLASS.test(name) ? name : '_OTHER');
}

function named(error: unknown): { readonly name?: unknown; readonly cause?: unknown } {
  return typeof error === 'object' && error !== null ? error : {};
}
