import { AttributeSet, NO_ATTRIBUTES } from '../attributes.ts';
import { metricDefinition } from '../catalogue.ts';
import type { MetricDefinition } from '../catalogue.ts';
import { METHODS } from '../http/methods.ts';
import { OUTCOMES } from '../http/outcome.ts';
import type { MetricVisitor } from '../metric-source.ts';
import type { BodySizes } from './body-sizes.ts';
import type { Exemplars } from './exemplars.ts';
import type { ExplicitHistograms } from './explicit-histograms.ts';
import type { ExponentialHistograms } from './exponential-histograms.ts';
import { SCHEMES } from './request-series.ts';
import type { Route } from './route-table.ts';

const DURATION = metricDefinition('http.server.request.duration');
const FIRST_BYTE = metricDefinition('http.server.time_to_first_byte');
const STREAM = metricDefinition('http.server.stream.duration');
const ACTIVE = metricDefinition('http.server.active_requests');
const REQUEST_OUTCOMES = metricDefinition('http.server.request.outcomes');
const SLOW = metricDefinition('http.server.slow_requests');
const ROUTE = metricDefinition('outrider.route.duration');
const SERIES = metricDefinition('outrider.recorder.series');
const SERIES_LIMIT = metricDefinition('outrider.recorder.series.limit');
const ROUTES = metricDefinition('outrider.recorder.routes');
const OVERFLOWS = metricDefinition('outrider.recorder.overflows');

const ACTIVE_ATTRIBUTES = METHODS.flatMap((method) =>
  SCHEMES.map((scheme) => new AttributeSet({ 'http.request.method': method, 'url.scheme': scheme })),
);
const OUTCOME_ATTRIBUTES = OUTCOMES.map((outcome) => new AttributeSet({ outcome }));
const DECLARED_ROUTES = new AttributeSet({ kind: 'declared' });
const COMPUTED_ROUTES = new AttributeSet({ kind: 'computed' });
const OVERFLOW_ROUTE = new AttributeSet({ reason: 'route' });
const OVERFLOW_LABELS = new AttributeSet({ reason: 'labels' });

/** What the recorder holds, in arrays: series by their number, routes by their index. */
export interface RequestFigures {
  /** By series. */
  readonly attributes: readonly AttributeSet[];
  /** Undefined where OpenTelemetry tells them. */
  readonly durations: ExplicitHistograms | undefined;
  readonly firstBytes: ExplicitHistograms;
  readonly streams: ExplicitHistograms | undefined;
  readonly exemplars: Exemplars;
  readonly sizes: BodySizes;
  /** By method and scheme. */
  readonly active: Int32Array;
  readonly everActive: Uint8Array;
  readonly outcomes: Float64Array;
  readonly routes: readonly Route[];
  /** By route. */
  readonly slow: Float64Array;
  readonly byRoute: ExponentialHistograms;
  readonly serviceVersion: string | undefined;
  readonly series: number;
  readonly seriesLimit: number;
  readonly routesSeen: { readonly declared: number; readonly computed: number };
  readonly overflows: { readonly route: number; readonly labels: number };
}

/** Tells a visitor the figures of requests, a point or so a step. */
export function* requestFigures(figures: RequestFigures, visitor: MetricVisitor): Generator<void, void, void> {
  if (figures.durations !== undefined) yield* histograms(visitor, DURATION, figures.durations, figures);
  yield* histograms(visitor, FIRST_BYTE, figures.firstBytes, figures);
  if (figures.streams !== undefined) yield* histograms(visitor, STREAM, figures.streams, figures);
  yield* figures.sizes.steps(visitor);
  visitor.metric(ACTIVE);
  for (const [at, attributes] of ACTIVE_ATTRIBUTES.entries()) {
    // The first pair, GET over http, is there from the start: a dashboard has its zero before the first request.
    if (at === 0 || figures.everActive[at] === 1) visitor.number(attributes, figures.active[at]!);
  }
  visitor.metric(REQUEST_OUTCOMES);
  for (const [at, attributes] of OUTCOME_ATTRIBUTES.entries()) visitor.number(attributes, figures.outcomes[at]!);
  yield* slowRequests(figures, visitor);
  yield* routeDurations(figures, visitor);
  visitor.metric(SERIES);
  visitor.number(NO_ATTRIBUTES, figures.series);
  visitor.metric(SERIES_LIMIT);
  visitor.number(NO_ATTRIBUTES, figures.seriesLimit);
  visitor.metric(ROUTES);
  visitor.number(DECLARED_ROUTES, figures.routesSeen.declared);
  visitor.number(COMPUTED_ROUTES, figures.routesSeen.computed);
  visitor.metric(OVERFLOWS);
  visitor.number(OVERFLOW_ROUTE, figures.overflows.route);
  visitor.number(OVERFLOW_LABELS, figures.overflows.labels);
}

function* histograms(
  visitor: MetricVisitor,
  definition: MetricDefinition,
  held: ExplicitHistograms,
  { attributes, exemplars }: RequestFigures,
): Generator<void, void, void> {
  visitor.metric(definition);
  const { bounds, counts, sums, capacity } = held;
  for (const [series, of] of attributes.entries()) {
    // A series that only ever streamed has no latency, and the reverse.
    if (series < capacity && held.count(series) > 0) {
      const exemplar = definition === DURATION ? exemplars.of(series) : undefined;
      visitor.histogram(of, bounds, counts, held.at(series), sums[series]!, exemplar);
    }
    yield;
  }
}

function* slowRequests({ routes, slow }: RequestFigures, visitor: MetricVisitor): Generator<void, void, void> {
  visitor.metric(SLOW);
  for (const route of routes) {
    const count = slow[route.index] ?? 0;
    // A route that has requests has its zero, one whose series had no room what was slow in it.
    if (count > 0 || route.series.size > 0) {
      route.slowAttributes ??= new AttributeSet({
        'http.route': route.template,
        'otel.metric.overflow': route.overflow ? true : undefined,
      });
      visitor.number(route.slowAttributes, count);
    }
    yield;
  }
}

function* routeDurations(figures: RequestFigures, visitor: MetricVisitor): Generator<void, void, void> {
  visitor.metric(ROUTE);
  const { routes, byRoute, serviceVersion } = figures;
  for (const route of routes) {
    const buckets = route.index < byRoute.capacity ? byRoute.read(route.index) : undefined;
    if (buckets !== undefined) {
      route.durationAttributes ??= new AttributeSet({
        'http.route': route.template,
        'otel.metric.overflow': route.overflow ? true : undefined,
        'service.version': serviceVersion,
      });
      visitor.exponential(route.durationAttributes, buckets);
    }
    yield;
  }
}
