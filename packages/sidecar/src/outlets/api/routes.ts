import type { Attributes } from '../../metric.ts';
import type { SessionView } from '../../store/store.ts';
import { appReason, attribute, countedPoints, numberPoints, valuesOf } from './app-points.ts';
import type { CountedPoint } from './app-points.ts';
import { durationMs } from './duration.ts';
import type { DurationMs, Durations } from './duration.ts';
import { scaled, section, sum } from './figures.ts';
import type { Figure, Section } from './figures.ts';
import { answeredPoints, durationsOf, isServerError } from './http.ts';
import type { Selection } from './selection.ts';

type RouteFigures = {
  /** Requests whose duration was measured: event streams and upgrades are not among them. */
  readonly requests_total: Figure<number>;
  /** Requests answered with a status from 500 to 599. */
  readonly errors_total: Figure<number>;
  readonly slow_requests_total: Figure<number>;
  /** How long all of them took, one after the other. */
  readonly duration_seconds_total: Figure<number>;
  readonly duration_ms: Figure<DurationMs>;
};

/** A route of a service: its template, `unmatched`, or `overflow` for those beyond the application's budget. */
type RouteEntry = { readonly service: string; readonly route: string } & Section<RouteFigures>;

/** All routes that requests were seen on, and the first of them. */
type Routes = {
  readonly routes_total: Figure<number>;
  readonly routes: Figure<readonly RouteEntry[]>;
};

const OVERFLOW = 'overflow';

/** What one process tells of a route. */
interface RoutePoints extends Durations {
  /** The points that count its requests and their time; never none. */
  readonly measured: readonly CountedPoint[];
  /** The points that know the status of the answers. */
  readonly answered: readonly CountedPoint[];
  readonly slow: number | undefined;
}

/** The routes on which most time was spent in all, at most `limit` of them. */
export function routes(selection: Selection, limit: number): Section<Routes> {
  const all = new Map<string, { service: string; route: string; processes: RoutePoints[] }>();
  for (const session of selection.sessions) {
    if (!selection.counting.has(session)) continue;
    const { service } = session;
    for (const [route, points] of routePoints(session)) {
      const key = JSON.stringify([service, route]);
      const entry = all.get(key) ?? { service, route, processes: [] };
      all.set(key, entry);
      entry.processes.push(points);
    }
  }
  const longest = [...all.values()]
    .map((entry) => ({ ...entry, seconds: secondsOf(entry.processes) }))
    .toSorted((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0))
    .slice(0, limit)
    .map(({ service, route, processes, seconds }) => ({
      service,
      route,
      ...section(routeFigures(route, processes, seconds)),
    }));
  const none = appReason(selection, 'no process reports durations of requests');
  return section({
    routes_total: [all.size === 0 ? undefined : all.size, none],
    routes: [all.size === 0 ? undefined : longest, none],
  });
}

function routeFigures(route: string, processes: readonly RoutePoints[], seconds: number | undefined): RouteFigures {
  const errors = processes.map(({ answered }) =>
    answered.length === 0 ? undefined : countOf(answered.filter(isServerError)),
  );
  return {
    requests_total: [countOf(processes.flatMap(({ measured }) => measured)), ''],
    errors_total:
      route === OVERFLOW
        ? [undefined, 'requests beyond the budget are counted without their status']
        : [sum(errors), 'no process reports http.server.request.duration'],
    slow_requests_total: [sum(processes.map(({ slow }) => slow)), 'no process reports http.server.slow_requests'],
    duration_seconds_total: [scaled(seconds, 1, 3), 'a process does not report the sum of the durations'],
    duration_ms: durationMs(processes, 'no process reports durations in buckets'),
  };
}

function routePoints(session: SessionView): ReadonlyMap<string, RoutePoints> {
  const { exponential, explicit } = durationsOf(session);
  const exponentials = Map.groupBy(exponential, routeOf);
  const explicits = Map.groupBy(explicit, routeOf);
  const durations = countedPoints(session, 'http.server.request.duration');
  const measured: ReadonlyMap<string, readonly CountedPoint[]> =
    exponentials.size > 0 ? exponentials : Map.groupBy(durations, routeOf);
  const answered = Map.groupBy(answeredPoints(session), routeOf);
  const slow = Map.groupBy(numberPoints([session], 'http.server.slow_requests'), ({ point }) => routeOf(point));
  return new Map(
    [...measured].map(([route, points]) => [
      route,
      {
        measured: points,
        exponential: exponentials.get(route) ?? [],
        explicit: explicits.get(route) ?? [],
        answered: answered.get(route) ?? [],
        slow: sum(valuesOf(slow.get(route) ?? [])),
      },
    ]),
  );
}

function routeOf({ attributes }: { readonly attributes: Attributes }): string {
  if (attribute(attributes, 'otel.metric.overflow') === 'true') return OVERFLOW;
  return attribute(attributes, 'http.route') ?? 'unmatched';
}

function countOf(points: readonly CountedPoint[]): number {
  return points.reduce((total, { count }) => total + count, 0);
}

/** Undefined if it is not known of one of them: what is left would be too little. */
function secondsOf(processes: readonly RoutePoints[]): number | undefined {
  const sums = processes.flatMap(({ measured }) => measured.map((point) => point.sum));
  return sums.includes(undefined) ? undefined : sum(sums);
}
