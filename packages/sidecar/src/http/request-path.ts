/**
 * The path of a request target, without the query, as it was sent. Never throws: targets such as `//[`, `*` or an
 * absolute URL, on which `new URL()` throws or changes the path, come back as they are and match no route.
 */
export function requestPath(target: string | undefined): string {
  const text = target ?? '';
  const query = text.indexOf('?');
  return query === -1 ? text : text.slice(0, query);
}

/** The query of a request target. Never throws; what is not well-formed is taken as it can be. */
export function requestQuery(target: string | undefined): URLSearchParams {
  const text = target ?? '';
  const query = text.indexOf('?');
  return new URLSearchParams(query === -1 ? '' : text.slice(query + 1));
}
