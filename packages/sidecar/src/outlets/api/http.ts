import type { SessionView } from '../../store/store.ts';
import {
  appReason,
  attribute,
  countedPoints,
  exponentialPoints,
  histogramPoints,
  numberPoints,
  valuesOf,
} from './app-points.ts';
import type { CountedPoint } from './app-points.ts';
import { durationMs } from './duration.ts';
import type { DurationMs, Durations } from './duration.ts';
import { section, sum } from './figures.ts';
import type { Figure, Section } from './figures.ts';
import type { Selection } from './selection.ts';

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

/** The figures of requests. */
export type HttpSection = Section<HttpFigures>;

/** The section `http`, of everything that is selected. */
export function httpSection(selection: Selection): HttpSection {
  const { sessions, counting } = selection;
  const unreported = (name: string) => appReason(selection, `no process reports ${name}`);
  const counted = sessions.filter((session) => counting.has(session));
  const uncounted =
    counted.length === 0 && sessions.length > 0
      ? appReason(selection, 'another push of the same process counts them')
      : unreported('http.server.request.duration');
  const active = valuesOf(numberPoints(sessions, 'http.server.active_requests'));
  const slow = valuesOf(numberPoints(sessions, 'http.server.slow_requests'));
  return section({
    requests_total: [sum(counted.map(endedRequests)), uncounted],
    errors_total: [sum(counted.map(serverErrors)), uncounted],
    active_requests: [sum(active), unreported('http.server.active_requests')],
    outcomes: [outcomesOf(sessions), unreported('http.server.request.outcomes')],
    slow_requests_total: [sum(slow), unreported('http.server.slow_requests')],
    duration_ms: durationMs(counted.map(durationsOf), uncounted),
  });
}

/** Requests of a session that ended. Outcomes count every one, streams and upgrades too; other SDKs only have latency. */
export function endedRequests(session: SessionView): number | undefined {
  const outcomes = sum(valuesOf(numberPoints([session], 'http.server.request.outcomes')));
  return outcomes ?? sum(countedPoints(session, 'http.server.request.duration').map(({ count }) => count));
}

function serverErrors(session: SessionView): number | undefined {
  const points = answeredPoints(session);
  return points.length === 0 ? undefined : points.filter(isServerError).reduce((total, { count }) => total + count, 0);
}

/**
 * The points that know which status requests got. An application that leaves the latency histogram to OpenTelemetry
 * still tells that, with the time to the first byte.
 */
export function answeredPoints(session: SessionView): readonly CountedPoint[] {
  const durations = countedPoints(session, 'http.server.request.duration');
  return durations.length > 0 ? durations : countedPoints(session, 'http.server.time_to_first_byte');
}

/** Whether a point counts requests that were answered with a status from 500 to 599. */
export function isServerError({ attributes }: CountedPoint): boolean {
  return /^5\d\d$/.test(attribute(attributes, 'http.response.status_code') ?? '');
}

/** How long the requests of a session took. The store has made explicit buckets of what SDKs tell in exponential ones. */
export function durationsOf(session: SessionView): Durations {
  return {
    exponential: exponentialPoints(session, 'outrider.route.duration'),
    explicit: histogramPoints(session, 'http.server.request.duration'),
  };
}

function outcomesOf(sessions: readonly SessionView[]): Readonly<Record<string, number>> | undefined {
  const counts = new Map<string, number>();
  for (const { point } of numberPoints(sessions, 'http.server.request.outcomes')) {
    const outcome = attribute(point.attributes, 'outcome') ?? 'unknown';
    counts.set(outcome, (counts.get(outcome) ?? 0) + point.value);
  }
  return counts.size === 0 ? undefined : Object.fromEntries(counts);
}
