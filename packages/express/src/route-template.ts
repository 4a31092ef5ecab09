import { stackOf } from './express-internals.ts';
import type { Application, Layer, LayerMatch, PathPattern } from './express-internals.ts';
import { matchOf, probeMountPath } from './mount-probe.ts';
import type { RouteMatch } from './route-match.ts';

/** From the application to a route: the layers of the routers in between, then the route's own. */
type Way = readonly Layer[];

// By application and route: applications may share a router.
const waysTo = new WeakMap<Application, WeakMap<object, readonly Way[]>>();
const templates = new WeakMap<Application, WeakMap<object, string>>();

/**
 * The template of a matched route: what was declared, mount paths included, and nothing of the URL.
 *
 * @param outermost the application that the middleware was used on
 */
export function routeTemplate(match: RouteMatch, outermost: Application): string {
  const known = templates.get(outermost)?.get(match.route);
  if (known !== undefined) return known;
  const ways =
    waysTo.get(outermost)?.get(match.route) ?? remember(waysTo, outermost, match.route, findWays(match, outermost));
  const prefix = mountPaths(match.application);
  const rest = withoutSegments(pathOf(match), prefix.join('').split('/').length - 1);
  for (const way of ways) {
    const paths = walk(way, rest);
    if (paths === undefined) continue;
    const template = join([...prefix, ...paths]);
    // What has one way and one path at each step is so for every request.
    if (ways.length === 1 && way.every(hasOnePath)) remember(templates, outermost, match.route, template);
    return template;
  }
  return join([...prefix, pathText(match.route.path)]);
}

function remember<Value>(
  memory: WeakMap<Application, WeakMap<object, Value>>,
  application: Application,
  route: object,
  value: Value,
): Value {
  const held = memory.get(application);
  if (held === undefined) memory.set(application, new WeakMap([[route, value]]));
  else held.set(route, value);
  return value;
}

// The routers of the innermost application, or those of the outermost if that one was mounted without `app.use`.
function findWays({ route, application }: RouteMatch, outermost: Application): readonly Way[] {
  const within = [...waysBelow(application, route, [])];
  return within.length > 0 && isBelow(application, outermost)
    ? within
    : [...waysBelow(outermost, route, []), ...within];
}

const DEEPEST = 32;

function* waysBelow(handle: object, route: object, above: Way): Generator<Way> {
  // A router that is mounted below itself would never end.
  if (above.length > DEEPEST) return;
  for (const layer of stackOf(handle) ?? []) {
    if (layer.route === route) yield [...above, layer];
    else if (layer.route === undefined) yield* waysBelow(layer.handle, route, [...above, layer]);
  }
}

// The declared path of each step, if the way leads along the URL.
function walk(way: Way, url: string): string[] | undefined {
  const paths: string[] = [];
  let rest = url === '' ? '/' : url;
  for (const layer of way) {
    const match = matchOf(layer, rest);
    if (match === undefined) return undefined;
    paths.push(declaredPath(layer, match));
    if (layer.route === undefined) rest = rest.slice(match.path.replace(/\/$/, '').length) || '/';
  }
  return paths;
}

function declaredPath(layer: Layer, { path, pattern }: LayerMatch): string {
  if (layer.route !== undefined) return pathText(pattern ?? (layer.route as { readonly path: PathPattern }).path);
  if (typeof layer.rawPath === 'string') return layer.rawPath;
  return pattern === undefined ? probeMountPath(layer, path) : pathText(pattern);
}

function hasOnePath({ rawPath, matchers, regexp, route }: Layer): boolean {
  if (Array.isArray(rawPath)) return false;
  if (route !== undefined) return !Array.isArray((route as { path: PathPattern }).path);
  // Express 4 makes one regular expression of several paths.
  return matchers === undefined ? regexp?.source.includes('|^') !== true : matchers.length === 1;
}

function mountPaths(application: Application): string[] {
  const paths: string[] = [];
  for (let inner = application; inner.parent !== undefined; inner = inner.parent) {
    paths.unshift(pathText(inner.mountpath ?? '/').replace(/\/$/, ''));
  }
  return paths;
}

function isBelow(application: Application, outermost: Application): boolean {
  let inner: Application | undefined = application;
  while (inner !== undefined && inner !== outermost) inner = inner.parent;
  return inner === outermost;
}

// The path as the routers saw it, after what a middleware may have rewritten; without query, and without the origin that
// a request to a proxy names.
function pathOf({ baseUrl, url }: RouteMatch): string {
  return baseUrl + url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
}

function withoutSegments(url: string, count: number): string {
  return count === 0
    ? url
    : `/${url
        .split('/')
        .slice(count + 1)
        .join('/')}`;
}

function pathText(path: PathPattern): string {
  return Array.isArray(path) ? path.map(String).join(',') : String(path);
}

// The slash that ends a regular expression is not one of a path.
function withoutTrailingSlash(path: string): string {
  return path.startsWith('/^') ? path : path.replace(/\/$/, '');
}

// Steps are joined without doubling slashes, and a route of `/` adds nothing to its mount path.
function join(paths: readonly string[]): string {
  const joined = paths.map(withoutTrailingSlash).join('');
  return joined === '' ? '/' : joined;
}
