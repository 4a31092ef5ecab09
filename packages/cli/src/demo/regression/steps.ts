/** Something that goes wrong in the regression demo, and the alerts that must say so. */
export interface Step {
  /** The fault of the shop. */
  readonly fault: 'slow-reports' | 'leak' | 'hold-pool' | 'lose-cache';
  readonly title: string;
  /** Seconds since the release; without `toS` it stays. */
  readonly fromS: number;
  readonly toS?: number;
  readonly expected: readonly ExpectedAlert[];
  /** Seconds after `fromS` by which they must have fired. */
  readonly withinS: number;
}

/** An alert by its name and the labels that matter. */
export interface ExpectedAlert {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The application that gets worse; the other one stays as it is. */
export const BROKEN_JOB = 'shop-express';

/** How long all is well at first: until rates of five minutes, which must hold for another five, have had the time to fire. */
export const CALM_S = 640;

const of = (alert: string, labels: Readonly<Record<string, string>> = {}): ExpectedAlert => ({
  alert,
  labels: { job: BROKEN_JOB, ...labels },
});

/** What goes wrong, the first thing first, in the seconds of the rules as they are shipped. */
export const STEPS: readonly Step[] = [
  {
    fault: 'slow-reports',
    title: 'GET /reports/sales takes twice as long',
    fromS: 0,
    expected: [
      of('ReleaseRegression', { http_route: '/reports/sales' }),
      of('LatencyRegression', { http_route: '/reports/sales' }),
    ],
    withinS: 1200,
  },
  {
    // While the routes are watched: both take their ten minutes and more.
    fault: 'lose-cache',
    title: 'the cache forgets everything',
    fromS: 120,
    expected: [of('CacheHitRateLow', { cache_name: 'products' })],
    withinS: 1300,
  },
  {
    // Well after the routes have fired: a route that nobody gets through is no slower one.
    fault: 'hold-pool',
    title: 'the connection pool is exhausted',
    fromS: 820,
    toS: 970,
    expected: [of('DbPoolExhausted', { db_client_connection_pool_name: 'shop' })],
    withinS: 150,
  },
  {
    // After the first quarter of an hour of the process: before, its memory is allowed to grow.
    fault: 'leak',
    title: 'memory leaks',
    fromS: 1035,
    expected: [of('MemoryJump')],
    withinS: 240,
  },
];

/** The faults as the shop's SHOP_FAULTS names them, at a speed. */
export function shopFaults(steps: readonly Step[], hurry: number): string {
  return steps
    .map(({ fault, fromS, toS }) => `${fault}@${fromS / hurry}${toS === undefined ? '' : `-${toS / hurry}`}`)
    .join(',');
}
