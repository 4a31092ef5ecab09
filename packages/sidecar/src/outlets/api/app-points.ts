import { isNumberMetric } from '../../metric.ts';
import type { Attributes, ExponentialPoint, HistogramPoint, NumberPoint } from '../../metric.ts';
import { isCatalogued } from '../../store/catalogued.ts';
import type { SessionView, StoreView } from '../../store/store.ts';

/** A point and the process it is from. */
export interface AppPoint<Point> {
  readonly session: SessionView;
  readonly point: Point;
}

/** The number points of a metric of the catalogue, over all sessions. */
export function numberPoints(sessions: readonly SessionView[], name: string): ReadonlyArray<AppPoint<NumberPoint>> {
  return sessions.flatMap((session) =>
    session.metrics.flatMap((metric) => {
      if (metric.name !== name || !isCatalogued(metric)) return [];
      if (!isNumberMetric(metric)) return [];
      // JSON has no infinity; what is not a number is not known.
      return metric.points.filter((point) => Number.isFinite(point.value)).map((point) => ({ session, point }));
    }),
  );
}

/** The points of an explicit histogram of the catalogue, over all sessions. */
export function histogramPoints(sessions: readonly SessionView[], name: string): readonly HistogramPoint[] {
  return sessions.flatMap((session) =>
    session.metrics.flatMap((metric) =>
      metric.name === name && metric.kind === 'histogram' && isCatalogued(metric) ? metric.points : [],
    ),
  );
}

/** The points of an exponential histogram of the catalogue, over all sessions. */
export function exponentialPoints(sessions: readonly SessionView[], name: string): readonly ExponentialPoint[] {
  return sessions.flatMap((session) =>
    session.metrics.flatMap((metric) =>
      metric.name === name && metric.kind === 'exponential_histogram' && isCatalogued(metric) ? metric.points : [],
    ),
  );
}

/** The value of an attribute. */
export function attribute(attributes: Attributes, name: string): string | undefined {
  return attributes.find(([key]) => key === name)?.[1];
}

/** The values of some number points. */
export function valuesOf(points: ReadonlyArray<AppPoint<NumberPoint>>): readonly number[] {
  return points.map(({ point }) => point.value);
}

/** Why there is nothing from the applications: `otherwise` applies if one is there and does not report it. */
export function appReason(store: StoreView, otherwise: string): string {
  if (!store.seen) return 'no process has pushed yet';
  return store.live === 0 ? 'no process is pushing' : otherwise;
}
