import type { HistogramPoint } from '../../metric.ts';
import type { Snapshot } from '../../snapshot.ts';
import type { SessionView, StoreView } from '../../store/store.ts';
import { exponentialQuantiles, mergeExponential } from '../exponential-quantile.ts';
import { appReason, attribute, exponentialPoints, histogramPoints, numberPoints, valuesOf } from './app-points.ts';
import { countingSessions } from './counting-sessions.ts';
import { scaled, section, sum } from './figures.ts';
import type { Figure, Section } from './figures.ts';

/** Percentiles of the duration in milliseconds, each wrong by 4.4 % at most. */
interface DurationMs {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
}

type HttpFigures = {
  readonly requests_total: Figure<number>;
  /** Requests answered with a status from 500 to 599. */
  readonly errors_total: Figure<number>;
  readonly active_requests: Figure<number>;
  /** Ended requests by how they ended. */
  readonly outcomes: Figure<Readonly<Record<string, number>>>;
  readonly slow_requests_total: Figure<number>;
  readonly duration_ms: Figure<DurationMs>;
};

/** The figures of all requests, and those of each service. */
export type HttpSection = Section<HttpFigures> & {
  readonly services: ReadonlyArray<{ readonly service: string } & Section<HttpFigures>>;
};

/** The section `http`. */
export function httpSection({ store }: Snapshot): HttpSection {
  const byService = Map.groupBy(store.sessions, ({ service }) => service);
  const counting = new Set(countingSessions(store.sessions));
  return {
    ...section(httpFigures(store, store.sessions, counting)),
    services: [...byService].map(([service, sessions]) => ({
      service,
      ...section(httpFigures(store, sessions, counting)),
    })),
  };
}

function httpFigures(
  store: StoreView,
  sessions: readonly SessionView[],
  counting: ReadonlySet<SessionView>,
): HttpFigures {
  const unreported = (name: string) => appReason(store, `no process reports ${name}`);
  const counted = sessions.filter((session) => counting.has(session));
  const uncounted =
    counted.length === 0 && sessions.length > 0
      ? appReason(store, 'another push of the same process counts them')
      : unreported('http.server.request.duration');
  const active = valuesOf(numberPoints(sessions, 'http.server.active_requests'));
  const slow = valuesOf(numberPoints(sessions, 'http.server.slow_requests'));
  const outcomes = outcomesOf(sessions);
  return {
    requests_total: [sum(counted.map(endedRequests)), uncounted],
    errors_total: [sum(counted.map(serverErrors)), uncounted],
    active_requests: [sum(active), unreported('http.server.active_requests')],
    outcomes: [outcomes, unreported('http.server.request.outcomes')],
    slow_requests_total: [sum(slow), unreported('http.server.slow_requests')],
    duration_ms: [durationMs(sessions), unreported('outrider.route.duration')],
  };
}

// Outcomes count every request, streams and upgrades too; other SDKs only have the latency histogram.
function endedRequests(session: SessionView): number | undefined {
  const outcomes = sum(valuesOf(numberPoints([session], 'http.server.request.outcomes')));
  return outcomes ?? sum(histogramPoints([session], 'http.server.request.duration').map(({ count }) => count));
}

// An application that leaves the latency histogram to OpenTelemetry still tells which status each request got, and when.
function serverErrors(session: SessionView): number | undefined {
  const durations = histogramPoints([session], 'http.server.request.duration');
  const points = durations.length > 0 ? durations : histogramPoints([session], 'http.server.time_to_first_byte');
  return points.length === 0 ? undefined : points.filter(isServerError).reduce((total, { count }) => total + count, 0);
}

function isServerError({ attributes }: HistogramPoint): boolean {
  return /^5\d\d$/.test(attribute(attributes, 'http.response.status_code') ?? '');
}

function outcomesOf(sessions: readonly SessionView[]): Readonly<Record<string, number>> | undefined {
  const counts = new Map<string, number>();
  for (const { point } of numberPoints(sessions, 'http.server.request.outcomes')) {
    const outcome = attribute(point.attributes, 'outcome') ?? 'unknown';
    counts.set(outcome, (counts.get(outcome) ?? 0) + point.value);
  }
  return counts.size === 0 ? undefined : Object.fromEntries(counts);
}

function durationMs(sessions: readonly SessionView[]): DurationMs | undefined {
  const merged = mergeExponential(exponentialPoints(sessions, 'outrider.route.duration'));
  if (merged === undefined) return undefined;
  const quantiles = exponentialQuantiles(merged, [0.5, 0.9, 0.95, 0.99]);
  if (quantiles === undefined) return undefined;
  const [p50 = 0, p90 = 0, p95 = 0, p99 = 0] = quantiles.map((seconds) => scaled(seconds, 1000, 3));
  return { p50, p90, p95, p99 };
}
