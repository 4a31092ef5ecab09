import { catalogue } from '@outrider/core/catalogue';
import { isNumberMetric } from '../../metric.ts';
import type {
  Attributes,
  ExponentialPoint,
  HistogramPoint,
  Metric,
  NumberMetric,
  NumberPoint,
  SummaryPoint,
} from '../../metric.ts';
import { isCatalogued } from '../../store/catalogued.ts';
import type { SessionView, StoreView } from '../../store/store.ts';

/** Whoever tells metrics: a process, or what the sidecar knows of a service. */
type Teller = Pick<SessionView, 'metrics'>;

/** A point and who it is from. */
export interface AppPoint<Point, Session extends Teller = SessionView> {
  readonly session: Session;
  readonly point: Point;
}

/** A point that says how many values there were. */
export type CountedPoint = HistogramPoint | ExponentialPoint | SummaryPoint;

/** The number points of a metric of the catalogue, over all sessions. */
export function numberPoints<Session extends Teller>(
  sessions: readonly Session[],
  name: string,
): ReadonlyArray<AppPoint<NumberPoint, Session>> {
  return sessions.flatMap((session) =>
    session.metrics.flatMap((metric) => {
      if (metric.name !== name || !isCatalogued(metric)) return [];
      if (!isNumberMetric(metric)) return [];
      // JSON has no infinity; what is not a number is not known.
      return metric.points.filter((point) => Number.isFinite(point.value)).map((point) => ({ session, point }));
    }),
  );
}

/** The points of the explicit histograms of a name and the catalogue's unit. */
export function histogramPoints({ metrics }: SessionView, name: string): readonly HistogramPoint[] {
  return metrics.flatMap((metric) =>
    metric.kind === 'histogram' && isDistribution(metric, name) ? metric.points : [],
  );
}

/** The points of the exponential histograms of a name and the catalogue's unit. */
export function exponentialPoints({ metrics }: SessionView, name: string): readonly ExponentialPoint[] {
  return metrics.flatMap((metric) =>
    metric.kind === 'exponential_histogram' && isDistribution(metric, name) ? metric.points : [],
  );
}

/** The points that count values of a name, be they in buckets of either kind or in a summary. */
export function countedPoints({ metrics }: SessionView, name: string): readonly CountedPoint[] {
  return metrics.flatMap((metric): readonly CountedPoint[] => (isDistribution(metric, name) ? metric.points : []));
}

// Which buckets a histogram has is its sender's choice, so the catalogue's kind is not asked for.
function isDistribution(metric: Metric, name: string): metric is Exclude<Metric, NumberMetric> {
  return metric.name === name && !isNumberMetric(metric) && metric.unit === catalogue.get(name)?.unit;
}

/** The value of an attribute. */
export function attribute(attributes: Attributes, name: string): string | undefined {
  return attributes.find(([key]) => key === name)?.[1];
}

/** The values of some number points. */
export function valuesOf(points: ReadonlyArray<AppPoint<NumberPoint, Teller>>): readonly number[] {
  return points.map(({ point }) => point.value);
}

/** Why there is nothing from the applications: `otherwise` applies if one is there and does not report it. */
export function appReason(store: Pick<StoreView, 'seen' | 'live'>, otherwise: string): string {
  if (!store.seen) return 'no process has pushed yet';
  return store.live === 0 ? 'no process is pushing' : otherwise;
}
