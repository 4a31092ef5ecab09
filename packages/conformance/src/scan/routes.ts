/** Routes of the scanned application, as its router declares them: half are used all the time, half only after the scan. */
export const ROUTES: readonly string[] = Array.from({ length: 60 }, (_, at) => `/api/r${at}/:id`);

/** Where the option `route` is misused: below this it makes a route of every URL. */
export const RAW_PREFIX = '/raw/';

/** A URL of a route. */
export function urlOf(route: string, id: number): string {
  return route.replace(':id', String(id));
}
