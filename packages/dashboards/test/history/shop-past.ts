import { named } from './back-fill.ts';
import type { PastSeries, Slice } from './back-fill.ts';
import { catalogueSeries } from './catalogue-past.ts';
import { exponentialRequests } from './exponential-past.ts';
import type { Traffic } from './exponential-past.ts';

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/** The present of the story. */
export const NOW_S: number = Date.UTC(2026, 0, 15, 12) / 1000;

/** When release 1.1.0 took the place of 1.0.0. */
export const DEPLOYED_S: number = NOW_S - 40 * MINUTE_S;

/** How far back the panels look. */
export const RANGE_S: number = 30 * MINUTE_S;

/** The stretches of the week that anything looks at: two and a quarter hours now, and what the baselines are of. */
export const SLICES: readonly Slice[] = [
  { fromS: NOW_S - 7 * DAY_S - 80 * MINUTE_S, toS: NOW_S - 7 * DAY_S + 40 * MINUTE_S },
  { fromS: NOW_S - DAY_S - 80 * MINUTE_S, toS: NOW_S - DAY_S + 40 * MINUTE_S },
  { fromS: NOW_S - 135 * MINUTE_S, toS: NOW_S },
];

/** A route: how often it is asked for, and how long it takes on average, by when. */
export interface Route {
  readonly job: string;
  readonly route: string;
  readonly perSecond: number;
  /** How often a week ago, where that is not the same. */
  readonly weekPerSecond?: number;
  readonly weekS: number;
  readonly dayS: number;
  readonly nowS: number;
  readonly status?: string;
}

const always = (meanS: number): Pick<Route, 'weekS' | 'dayS' | 'nowS'> => ({ weekS: meanS, dayS: meanS, nowS: meanS });

/** What is asked for. The mean is that of the release: what changes, changes with it. */
export const ROUTES: Readonly<Record<'steady' | 'slower' | 'hot' | 'rare' | 'failing' | 'office', Route>> = {
  steady: { job: 'shop', route: '/steady', perSecond: 10, ...always(0.02) },
  // Twice as slow as yesterday, and two and a half times as slow as a week ago.
  slower: { job: 'shop', route: '/slower', perSecond: 5, weekS: 0.016, dayS: 0.02, nowS: 0.04 },
  // By so little that no alert fires, but often.
  hot: { job: 'shop', route: '/hot', perSecond: 40, weekPerSecond: 2, weekS: 0.02, dayS: 0.02, nowS: 0.025 },
  // Ten times as slow, six times in five minutes.
  rare: { job: 'shop', route: '/rare', perSecond: 0.02, weekS: 0.02, dayS: 0.02, nowS: 0.2 },
  failing: { job: 'shop', route: '/failing', perSecond: 1, ...always(0.02), status: '503' },
  // Another application that has a route of the same name.
  office: { job: 'office', route: '/steady', perSecond: 4, ...always(0.02) },
};

/** Everything that was measured in that week, as it was told in the slices of it. */
export function shopPast(): readonly PastSeries[] {
  const process = { labels: { instance: 'web-1', job: 'shop', worker: '0' }, fromS: NOW_S - 8 * DAY_S, toS: NOW_S };
  const told = new Set(['http.server.request.duration']);
  return [
    ...Object.values(ROUTES).flatMap(requestsOf),
    // The sidecar remembers those that have ended.
    release('shop', '0.9.0', NOW_S - 30 * DAY_S),
    release('shop', '1.0.0', NOW_S - 9 * DAY_S),
    release('shop', '1.1.0', DEPLOYED_S),
    // A host that joins late, and starts with the old one.
    release('shop', '1.0.0', NOW_S - 10 * MINUTE_S, 'web-2'),
    release('office', '7', NOW_S - 9 * DAY_S),
    ...catalogueSeries('app', process, told),
    {
      name: named('ALERTS', {
        alertname: 'LatencyRegression',
        alertstate: 'firing',
        http_route: '/slower',
        job: 'shop',
        kind: 'regression',
      }),
      at: (timeS) => (timeS < DEPLOYED_S + 15 * MINUTE_S ? undefined : 1),
    },
  ];
}

function requestsOf(of: Route): readonly PastSeries[] {
  const { job, route, perSecond, weekPerSecond = perSecond, weekS, dayS, nowS, status = '200' } = of;
  const [week, day, today] = SLICES;
  const stretch = ({ fromS, toS }: Slice, meanS: number): Traffic => ({ fromS, toS, perSecond, meanS });
  const labels = { http_response_status_code: status, http_route: route, instance: 'web-1', job, worker: '0' };
  if (week === undefined || day === undefined || today === undefined) return [];
  const before = [{ ...stretch(week, weekS), perSecond: weekPerSecond }, stretch(day, dayS)];
  if (job !== 'shop')
    return exponentialRequests({ ...labels, service_version: '7' }, [...before, stretch(today, nowS)]);
  return [
    ...exponentialRequests({ ...labels, service_version: '1.0.0' }, [
      ...before,
      stretch({ fromS: today.fromS, toS: DEPLOYED_S }, dayS),
    ]),
    ...exponentialRequests({ ...labels, service_version: '1.1.0' }, [
      stretch({ fromS: DEPLOYED_S, toS: today.toS }, nowS),
    ]),
  ];
}

/** A release, told of since its first sighting. */
function release(job: string, version: string, sinceS: number, instance = 'web-1'): PastSeries {
  const name = named('service_release_timestamp_seconds', { instance, job, service_version: version });
  return { name, at: (timeS) => (timeS < sinceS ? undefined : sinceS) };
}
