import { mkdir } from 'node:fs/promises';
import { defaultConfig } from '@outrider/dashboards';
import { backFill, named } from '../../../dashboards/test/history/back-fill.ts';
import type { PastSeries } from '../../../dashboards/test/history/back-fill.ts';
import type { Sample } from '../acceptance/exposition.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** How much later than now a dashboard may still ask for what was then. */
const AHEAD = 5 * MINUTE;
/** Requests a second: so many more than now that the error budget is not used up. */
const CALM_RATE = 10_000;
const GROWING = /_(?:total|bucket|count|sum)$/;

/** A route that was asked for so many times a second, and answered within so many seconds. */
export interface PastRoute {
  readonly route: string;
  readonly rate: number;
  readonly withinS: number;
}

/** An application, and what its past is made of. */
export interface Past {
  readonly job: string;
  readonly routes: readonly PastRoute[];
  /** Its series as they are now: gauges were the same then, and counters grew by as much every second. */
  readonly series: readonly Sample[];
}

/**
 * Writes the past of an application into the data of a Prometheus that is to be started: what was recorded around this
 * time a day and a week ago, which baselines are made of, what was scraped then, and the memory that it had an hour ago.
 */
export async function writeHistory(folder: string, past: Past): Promise<void> {
  await mkdir(folder, { recursive: true });
  const now = Math.floor(Date.now() / 1000);
  const [recorded, scraped] = [recordedOf(past), scrapedOf(past.series)];
  for (const then of [now - 7 * DAY, now - DAY]) {
    await backFill(folder, recorded, { fromS: then - 40 * MINUTE, toS: then + 40 * MINUTE }, MINUTE);
    await backFill(folder, scraped, { fromS: then - MINUTE, toS: then + AHEAD }, 2);
  }
  await backFill(folder, scraped, { fromS: now - 2 * HOUR, toS: now - HOUR - MINUTE }, MINUTE);
}

function recordedOf({ job, routes }: Past): readonly PastSeries[] {
  const duration = 'http_server_request_duration_seconds';
  const constant = (name: string, labels: Readonly<Record<string, string>>, value: number): PastSeries => ({
    name: named(name, { job, ...labels }),
    at: () => value,
  });
  const ofRoutes = routes.flatMap(({ route: http_route, rate, withinS }) => [
    ...[...defaultConfig.latencyBoundsS, Infinity].map((bound) => {
      const le = bound === Infinity ? '+Inf' : String(bound);
      return constant(`job_route_le:${duration}_bucket:rate5m`, { http_route, le }, withinS <= bound ? rate : 0);
    }),
    constant(`job_route:${duration}_count:rate5m`, { http_route }, rate),
    constant(`job_route:${duration}_sum:rate5m`, { http_route }, rate * withinS),
    constant('job_route:http_server_request_errors:rate5m', { http_route }, rate / 100),
  ]);
  return [
    ...ofRoutes,
    constant('job:slo_requests:rate5m', {}, CALM_RATE),
    constant('job:slo_requests_bad:rate5m', {}, 0),
  ].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function scrapedOf(series: readonly Sample[]): readonly PastSeries[] {
  return series.map(({ name, labels, value }) => ({
    name: named(name, labels),
    at: GROWING.test(name) ? (timeS): number => value * (timeS % DAY) : (): number => value,
  }));
}
