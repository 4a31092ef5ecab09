/** A route or middleware that matched a request, as Hono lists them: in the order in which they were declared. */
interface MatchedRoute {
  /** As declared, the paths of `route()` and `basePath()` included. */
  readonly path: string;
  /** `ALL` for `use()`, `all()` and `mount()`. */
  readonly method: string;
  readonly handler: Handler;
}

interface Handler {
  (...parameters: never[]): unknown;
  /** What a handler of a sub-application with an error handler of its own was before it was wrapped. */
  readonly __COMPOSED_HANDLER?: Handler;
}

/**
 * What of a Hono request is read here. The function `matchedRoutes` of `hono/route` tells the same, but only of requests
 * of its own copy of Hono: an application that loads Hono by `require` has another.
 */
export interface RoutedRequest {
  readonly matchedRoutes: readonly object[];
  /** The last of them that was called. */
  readonly routeIndex: number;
}

/**
 * The template of the route that a request took: of the one that was called last, or, where a middleware answered before
 * any was called, of the one that was in line. Undefined if only middleware matched.
 */
export function routeTemplate({ matchedRoutes, routeIndex }: RoutedRequest): string | undefined {
  const routes = matchedRoutes as readonly MatchedRoute[];
  for (let at = routeIndex; at < routes.length; at++) if (isRoute(routes[at]!)) return routes[at]!.path;
  for (let at = routeIndex - 1; at >= 0; at--) if (isRoute(routes[at]!)) return routes[at]!.path;
  return undefined;
}

// `use` and `all` leave the same in the list. What takes `next` is a middleware: so Hono's own listing of routes has it.
function isRoute({ method, handler }: MatchedRoute): boolean {
  if (method !== 'ALL') return true;
  const target = unwrapped(handler);
  return target.length < 2 || isMount(target);
}

function unwrapped(handler: Handler): Handler {
  return handler.__COMPOSED_HANDLER === undefined ? handler : unwrapped(handler.__COMPOSED_HANDLER);
}

const mounts = new WeakMap<Handler, boolean>();

// What `mount` makes takes `next` too, and nothing but its text tells it from a middleware.
function isMount(handler: Handler): boolean {
  let known = mounts.get(handler);
  if (known === undefined) {
    known = String(handler).includes('applicationHandler(');
    mounts.set(handler, known);
  }
  return known;
}
