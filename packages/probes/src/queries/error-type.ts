import { OTHER } from './sql-summary.ts';

// SQLSTATE, errno names, ER_DUP_ENTRY: a code is one word. What is more may be a message.
const CODE = /^[A-Za-z][\w.-]{0,63}$|^[0-9A-Z]{1,8}$/;
const NAME = /^[A-Za-z_$][\w$]{0,63}$/;

interface Failure {
  readonly code?: unknown;
  readonly name?: unknown;
  readonly message?: unknown;
}

/** What went wrong, as `error.type`: a code, else the error's class, and never a message. */
export function errorType(error: unknown): string {
  if (typeof error !== 'object' || error === null) return OTHER;
  try {
    const { code, name, message } = error as Failure;
    if (typeof code === 'string' && CODE.test(code)) return code;
    if (typeof code === 'number' && Number.isInteger(code)) return String(code);
    // pg has no code for its own query_timeout.
    if (message === 'Query read timeout') return 'timeout';
    return typeof name === 'string' && NAME.test(name) ? name : OTHER;
  } catch {
    // A getter or a proxy of the application, whose own error it is to get.
    return OTHER;
  }
}

// A reply that is an error begins with its code. A script may answer with anything, so that only those that a server
// has are taken for codes: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
const REPLY_CODES = new Set(
  (
    'ERR WRONGTYPE NOSCRIPT BUSY BUSYGROUP BUSYKEY NOGROUP NOAUTH WRONGPASS NOPERM NOPROTO MOVED ASK TRYAGAIN CROSSSLOT ' +
    'CLUSTERDOWN MASTERDOWN LOADING READONLY OOM EXECABORT MISCONF NOREPLICAS NOTBUSY UNKILLABLE UNBLOCKED INPROG'
  ).split(' '),
);

/** The same of an error of a Redis client. */
export function redisErrorType(error: unknown): string {
  const { message } = (error ?? {}) as Failure;
  const first = typeof message === 'string' ? message.slice(0, message.search(/\s|$/)) : '';
  return REPLY_CODES.has(first) ? first : errorType(error);
}
