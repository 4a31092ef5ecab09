import type { Layer, LayerMatch } from './express-internals.ts';

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
  if (isRegularExpression(layer)) return '/(regexp)';
  const segments = matched.split('/');
  const marked = segments.map((segment, at) => (segment === '' ? undefined : parameterAt(layer, segments, at)));
  const values = unmarkedValues(layer, matched, marked);
  const texts = segments.map((segment, at) => marked[at] ?? withoutValues(segment, values));
  const lower = segments.map((segment, at) => (texts[at] === segment ? segment.toLowerCase() : segment));
  const insensitive = matchOf(layer, lower.join('/')) !== undefined;
  return texts
    .map((text, at) => (insensitive && text === segments[at] ? lower[at] : text))
    .filter((text, at, all) => !text!.startsWith('*') || text !== all[at - 1])
    .join('/');
}

// `:name`, or `*name` where it may hold several segments.
function parameterAt(layer: Layer, segments: readonly string[], at: number): string | undefined {
  const params = paramsOf(layer, segments.with(at, MARK).join('/'));
  const name = Object.keys(params).find((key) => parts(params[key]).includes(MARK));
  return name === undefined ? undefined : `${params[name] === MARK ? ':' : '*'}${name}`;
}

// A mark cannot stand for part of a segment, nor where a pattern says what a parameter may hold: these are known by value.
function unmarkedValues(
  layer: Layer,
  matched: string,
  marked: ReadonlyArray<string | undefined>,
): Array<readonly [name: string, value: string]> {
  return Object.entries(paramsOf(layer, matched)).flatMap(([name, value]) =>
    marked.includes(`:${name}`) || marked.includes(`*${name}`)
      ? []
      : parts(value).map((part) => [`:${name}`, part] as const),
  );
}

function withoutValues(segment: string, values: ReadonlyArray<readonly [name: string, value: string]>): string {
  return values.reduce(
    (text, [name, value]) => (value === '' ? text : text.replace(value, () => name)),
    decoded(segment),
  );
}

function parts(value: unknown): string[] {
  if (typeof value === 'string') return value.split('/');
  return Array.isArray(value) ? value.map(String) : [];
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

// Of what a regular expression matched nobody can tell which part was declared.
function isRegularExpression({ matchers, regexp }: Layer): boolean {
  if (regexp !== undefined) return !regexp.source.endsWith(String.raw`(?=\/|$)`);
  return matchers?.some((matcher) => (matcher as { readonly name: string }).name === 'regexpMatcher') === true;
}

function paramsOf(layer: Layer, path: string): Readonly<Record<string, unknown>> {
  return matchOf(layer, path)?.params ?? {};
}

/** What a layer matches of a path; undefined if nothing. */
export function matchOf(layer: Layer, path: string): LayerMatch | undefined {
  const match = layer.match(path);
  if (match === false) return undefined;
  return match === true ? { path: layer.path!, params: layer.params ?? {} } : match;
}
