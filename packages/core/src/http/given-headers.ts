import type { Exchange } from './exchange.ts';

/** What `writeHead` takes as headers: an object, a flat list of names and values, or a list of pairs. */
export type GivenHeaders = Readonly<Record<string, unknown>> | readonly unknown[];

/** Whether a header is among those given, in any case; `key` is its name in lower case. */
export function givenHas(given: GivenHeaders, key: string): boolean {
  return valueOf(given, key) !== ABSENT;
}

/** The value of a header among those given; `key` is its name in lower case. */
export function givenValue(given: GivenHeaders, key: string): unknown {
  const value = valueOf(given, key);
  return value === ABSENT ? undefined : value;
}

/** Whether Node is going to refuse a list: one of odd length, and in HTTP/1 pairs where headers were set before. */
export function willBeRefused(
  given: GivenHeaders,
  { request, response }: Pick<Exchange, 'request' | 'response'>,
): boolean {
  if (!isList(given)) return false;
  if (isPairs(given)) return request.httpVersionMajor === 1 && response.getHeaderNames().length > 0;
  return given.length % 2 === 1;
}

/** A copy with one more header. A copy, because an application may give the same object each time. */
export function withGiven(given: GivenHeaders, name: string, value: string): GivenHeaders {
  if (!isList(given)) return { ...given, [name]: value };
  return isPairs(given) ? [...given, [name, value]] : [...given, name, value];
}

const ABSENT = Symbol('absent');

function valueOf(given: GivenHeaders, wanted: string): unknown {
  if (!isList(given)) {
    for (const key of Object.keys(given)) {
      // The length tells most names apart, without a text made for each.
      if (key.length === wanted.length && key.toLowerCase() === wanted) return given[key];
    }
    return ABSENT;
  }
  const flat: readonly unknown[] = isPairs(given) ? given.flat() : given;
  for (let at = 0; at < flat.length; at += 2) if (String(flat[at]).toLowerCase() === wanted) return flat[at + 1];
  return ABSENT;
}

// Array.isArray does not narrow a type that holds read-only arrays.
function isList(given: GivenHeaders): given is readonly unknown[] {
  return Array.isArray(given);
}

function isPairs(given: readonly unknown[]): boolean {
  return Array.isArray(given[0]);
}
