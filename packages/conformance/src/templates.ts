/** The routes of the application that all frameworks serve, in the syntax most of them share. */
export const TEMPLATES = {
  root: '/',
  template: '/users/:id',
  static: '/users/me',
  /** What `/users/..` is. */
  dots: '/users/:id',
  nested: '/shops/:shop/items/:item',
  nestedRoot: '/shops/:shop/items',
  nestedThrown: '/shops/:shop/items/:item/thrown',
  deep: '/org/:org/team/:team/member/:member',
  mounted: '/admin/hello/:name',
  mountedThrown: '/admin/thrown',
  mountedDeep: '/admin/inner/greet/:name',
  pattern: '/commits/:hash([a-z0-9]+)',
  first: '/first/:id',
  second: '/second/:id',
  optional: '/optional{/:id}',
  wildcard: '/wild/*path',
  range: '/range/:from-:to',
  /** In a router that does not ignore a slash at the end. */
  strict: '/strict/:id',
  /** Answered with 401 by a middleware of the router it is in. */
  guarded: '/guarded/:id',
  /** Declared by two routers. */
  same: '/same/:id',
  /** Passes on to `passed`, for the same requests. */
  passing: '/pass/:first',
  passed: '/pass/:second',
  declaredOptions: '/declared/:id',
} as const;

/** A route of {@link TEMPLATES}. */
export type TemplateName = keyof typeof TEMPLATES;

/** How a framework's router declares each of the routes; undefined where it matches none in its own terms. */
export type Templates = Readonly<Record<TemplateName, string | undefined>>;
