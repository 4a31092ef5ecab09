/** The attributes of one series, as the HTTP conventions have them. */
export interface SeriesKey {
  readonly route: string;
  readonly method: (typeof METHODS)[number];
  readonly status: (typeof STATUSES)[number];
}

/** In the order that core numbers them in. */
export const METHODS = ['GET', 'POST'] as const;
const STATUSES = [200, 201, 404, 500] as const;
const A_ROUTE: number = METHODS.length * STATUSES.length;

/** How many series are measured: what an average service has, and what Outrider allows at the most. */
export const SERIES_COUNTS: readonly number[] = [160, 2000];

/**
 * So many series: routes of two methods and four statuses each.
 *
 * @param count a multiple of eight
 */
export function seriesKeys(count: number): SeriesKey[] {
  return Array.from({ length: count / A_ROUTE }, (_, at) => `/api/v1/resource-${at}/:id`).flatMap((route) =>
    METHODS.flatMap((method) => STATUSES.map((status) => ({ route, method, status }))),
  );
}
