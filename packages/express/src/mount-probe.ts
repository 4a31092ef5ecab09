import type { Layer } from './express-internals.ts';

// No path that a person declares has a segment like this.
const MARK = 'outrider~mark';

/**
 * The declared path of a mount that a router does not remember as text (Express 4, and Express 5 before 5.3), found by
 * asking its matcher: a segment that may be exchanged for any other is the parameter that then holds it, one that may
 * not is itself. Static segments come in lower case where the router takes them so, else two spellings of a URL would
 * give two templates.
 *
 * @param matched the part of a URL that the layer has matched, for example `/users/42`
 * @returns for example `/users/:id`
 */
export function probeMountPath(layer: Layer, matched: string): string {
  const segments = matched.split('/');
  const names = segments.map((segment, at) => (segment === '' ? undefined : parameterAt(layer, segments, at)));
  const lower = segments.map((segment, at) => (names[at] === undefined ? segment.toLowerCase() : segment));
  const insensitive = matchedPath(layer, lower.join('/')) !== undefined;
  return (insensitive ? lower : segments)
    .map((segment, at) => (names[at] === undefined ? segment : `:${names[at]}`))
    .join('/');
}

function parameterAt(layer: Layer, segments: readonly string[], at: number): string | undefined {
  const marked = segments.with(at, MARK).join('/');
  if (matchedPath(layer, marked) === undefined) return undefined;
  const params = layer.params ?? {};
  return Object.keys(params).find((name) => params[name] === MARK);
}

/** What a layer matches of a path; undefined if nothing. */
export function matchedPath(layer: Layer, path: string): string | undefined {
  const match = layer.match(path);
  if (match === false) return undefined;
  return match === true ? layer.path : match.path;
}
