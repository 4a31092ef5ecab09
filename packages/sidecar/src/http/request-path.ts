/**
 * The path of a request target, without the query, as it was sent. Never throws: targets such as `//[`, `*` or an
 * absolute URL, on which `new URL()` throws or changes the path, come back as they are and match no route.
 */
export function requestPath(target: string | undefined): string {
  const text = target ?? '';
  const query = text.indexOf('?');
  return query === -1 ? text : text.slice(0, query);
}
