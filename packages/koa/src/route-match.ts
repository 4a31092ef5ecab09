import { MountPath } from './mount-path.ts';

/** The parts of a Koa context that @koa/router and koa-mount set or read. */
interface RoutedContext {
  readonly path: string;
  /** Every layer whose path matches; those with methods are routes, the others middleware. */
  readonly matched?: ReadonlyArray<{
    readonly path: string | RegExp;
    readonly methods: readonly string[];
  }>;
}

const ROUTE = Symbol.for('outrider.matchedRoute.v1');
const MOUNT = Symbol.for('outrider.mountPath.v1');
const MOUNTS = Symbol.for('outrider.mounts.v1');
const TEMPLATE = Symbol.for('outrider.template.v1');

interface Watched extends RoutedContext {
  [ROUTE]?: string | RegExp;
  [MOUNT]?: string;
  [MOUNTS]?: MountPath;
  [TEMPLATE]?: string;
}

const watched = new WeakSet<object>();

/**
 * Notes each route as the router assigns it to `ctx._matchedRoute`, and each mount as koa-mount assigns it to
 * `ctx.mountPath`. At the end of the request it is too late to ask: the mounts are left by then, and a middleware of the
 * router leaves its own path (`(.*)`) behind.
 *
 * Koa offers `app.context`, the prototype of its contexts, to be extended; here it gets two accessors.
 */
export function watchRoutes(prototype: object): void {
  if (watched.has(prototype)) return;
  watched.add(prototype);
  Object.defineProperties(prototype, {
    _matchedRoute: {
      configurable: true,
      get(this: Watched): unknown {
        return this[ROUTE];
      },
      set(this: Watched, path: string | RegExp) {
        this[ROUTE] = path;
        if (isRoute(this, path)) this[TEMPLATE] = join(this[MOUNTS]?.prefixAt(this.path) ?? '', String(path));
      },
    },
    mountPath: {
      configurable: true,
      get(this: Watched): unknown {
        return this[MOUNT];
      },
      set(this: Watched, prefix: string) {
        this[MOUNT] = prefix;
        this[MOUNTS] ??= new MountPath(this.path);
        this[MOUNTS].enter(prefix, this.path);
      },
    },
  });
}

/** The template of the last route that ran, mount prefixes included; undefined if none did. */
export function routeTemplateOf(context: object): string | undefined {
  return (context as Watched)[TEMPLATE];
}

function isRoute({ matched }: RoutedContext, path: string | RegExp): boolean {
  return matched === undefined || matched.some((layer) => layer.path === path && layer.methods.length > 0);
}

// A route of `/` adds nothing to where it is mounted.
function join(prefix: string, path: string): string {
  return prefix !== '' && path === '/' ? prefix : prefix + path;
}
