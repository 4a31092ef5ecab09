import type { IncomingMessage } from 'node:http';

// The parts of Express 4 and 5 that are read here. Express is not imported: its own objects come with the request, so
// that two copies or versions of it in one process are each served by their own.

/** What a path may be declared as. */
export type PathPattern = string | RegExp | ReadonlyArray<string | RegExp>;

/** One entry of a router's stack: a route, a mounted router or application, or a middleware. */
export interface Layer {
  readonly route?: object | undefined;
  readonly handle: object;
  /** The path as declared; from router 2.3 (Express 5.3) on. */
  readonly rawPath?: PathPattern;
  /** Express 5 before that: one matcher a declared path. */
  readonly matchers?: readonly unknown[];
  /** Express 4. */
  readonly regexp?: RegExp;
  readonly path?: string | undefined;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  /** Answers what matched (router 2.3), or keeps it on the layer and answers true. */
  match(path: string): boolean | LayerMatch;
}

/** What matched of a path. */
export interface LayerMatch {
  readonly path: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly pattern?: string | RegExp;
}

/** An Express application. */
export interface Application {
  readonly parent?: Application;
  readonly mountpath?: string | readonly string[];
  readonly request: object;
}

/** A request inside Express. */
export interface ExpressRequest extends IncomingMessage {
  readonly app: Application;
  readonly baseUrl: string;
  readonly originalUrl: string;
}

/** The stack of a router, or of an application's router; undefined for anything else. */
export function stackOf(handle: object): readonly Layer[] | undefined {
  const owner = handle as { readonly stack?: readonly Layer[]; readonly _router?: Router; readonly router?: Router };
  if (Array.isArray(owner.stack)) return owner.stack;
  // Express 4 keeps its router under `_router`, and throws when `router` is read.
  const router = owner._router ?? ('lazyrouter' in handle ? undefined : owner.router);
  return Array.isArray(router?.stack) ? router.stack : undefined;
}

interface Router {
  readonly stack?: readonly Layer[];
}
