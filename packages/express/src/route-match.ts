import type { Application, ExpressRequest, PathPattern } from './express-internals.ts';

/** A route and where it stood when it matched. */
export interface RouteMatch {
  readonly route: { readonly path: PathPattern };
  /** The innermost application at that time. */
  readonly application: Application;
  /** The mount path and the rest of the URL at that time: they choose among declared paths and are in no template. */
  readonly baseUrl: string;
  readonly url: string;
}

const MATCH = Symbol.for('outrider.route.v1');

type Watched = ExpressRequest & { [MATCH]?: RouteMatch | undefined };

const watched = new WeakSet<object>();

// Most processes have one: asking is then one comparison a request.
let latest: Application | undefined;

/**
 * Notes each route as the router assigns it to `req.route`. By the time the response closes it is too late to ask:
 * after an error Express has left the router and the application that the route stood in.
 *
 * Express offers `express.request`, the prototype of its requests, to be extended; here it gets an accessor.
 */
export function watchRoutes(outermost: Application): void {
  if (outermost === latest) return;
  latest = outermost;
  const prototype = requestPrototype(outermost);
  if (watched.has(prototype)) return;
  watched.add(prototype);
  Object.defineProperty(prototype, 'route', {
    configurable: true,
    enumerable: true,
    get(this: Watched): unknown {
      return this[MATCH]?.route;
    },
    set(this: Watched, route: RouteMatch['route'] | undefined) {
      const { app: application, baseUrl, url = '' } = this;
      this[MATCH] = route ? { route, application, baseUrl, url } : undefined;
    },
  });
}

/** The last route that matched a request; undefined if none did. */
export function routeMatchOf(request: ExpressRequest): RouteMatch | undefined {
  return (request as Watched)[MATCH];
}

// An application's request inherits from that of the application it is mounted on, and so on up to `express.request`,
// which has what all of them share.
function requestPrototype(application: Application): object {
  let prototype: object = application.request;
  while (!Object.hasOwn(prototype, 'accepts')) {
    const next: object | null = Object.getPrototypeOf(prototype);
    if (next === null) return application.request;
    prototype = next;
  }
  return prototype;
}
