import { AttributeSet, NO_ATTRIBUTES } from '../attributes.ts';
import { STREAM_BOUNDS } from '../bounds.ts';
import { metricDefinition } from '../catalogue.ts';
import type { MetricDefinition } from '../catalogue.ts';
import { METHODS } from '../http/methods.ts';
import { OUTCOMES } from '../http/outcome.ts';
import type { MetricSource, MetricVisitor } from '../metric-source.ts';
import { ExplicitHistograms } from './explicit-histograms.ts';
import { ExponentialHistograms } from './exponential-histograms.ts';
import { RequestSeries, SCHEMES } from './request-series.ts';
import type { SeriesLabels } from './request-series.ts';
import type { RouteTable } from './route-table.ts';

const DURATION = metricDefinition('http.server.request.duration');
const FIRST_BYTE = metricDefinition('http.server.time_to_first_byte');
const STREAM = metricDefinition('http.server.stream.duration');
const ACTIVE = metricDefinition('http.server.active_requests');
const REQUEST_OUTCOMES = metricDefinition('http.server.request.outcomes');
const SLOW = metricDefinition('http.server.slow_requests');
const ROUTE = metricDefinition('outrider.route.duration');
const SERIES = metricDefinition('outrider.recorder.series');
const SERIES_LIMIT = metricDefinition('outrider.recorder.series.limit');
const OVERFLOWS = metricDefinition('outrider.recorder.overflows');

const ACTIVE_ATTRIBUTES = METHODS.flatMap((method) =>
  SCHEMES.map((scheme) => new AttributeSet({ 'http.request.method': method, 'url.scheme': scheme })),
);
const OUTCOME_ATTRIBUTES = OUTCOMES.map((outcome) => new AttributeSet({ outcome }));
const OVERFLOW_ROUTE = new AttributeSet({ reason: 'route' });
const OVERFLOW_LABELS = new AttributeSet({ reason: 'labels' });

const INITIAL_SERIES = 64;
const INITIAL_ROUTES = 32;

/** What the recorder needs to know of a request that ended. Times are seconds. */
export interface EndedRequest extends SeriesLabels {
  readonly duration: number;
  /** Time until the headers were written; -1 if they were not. */
  readonly firstByte: number;
  /** Whether it was an event stream or an upgrade: its lifetime is not latency. */
  readonly stream: boolean;
  /** Index in OUTCOMES. */
  readonly outcome: number;
  readonly slow: boolean;
}

/** Settings of a {@link RequestRecorder}. */
export interface RequestRecorderOptions {
  /** Bucket bounds of the latency histogram, in seconds. */
  readonly bounds: readonly number[];
  readonly serviceVersion: string | undefined;
  readonly seriesLimit: number;
}

/** Counts requests in typed arrays; `begin` and `end` allocate nothing once the request's series exists. */
export class RequestRecorder implements MetricSource {
  readonly #series: RequestSeries;
  readonly #serviceVersion: string | undefined;
  readonly #durations: ExplicitHistograms;
  readonly #firstBytes: ExplicitHistograms;
  // Most services have no streams: made when the first one ends.
  #streams: ExplicitHistograms | undefined;
  readonly #byRoute = new ExponentialHistograms(INITIAL_ROUTES);
  readonly #active = new Int32Array(ACTIVE_ATTRIBUTES.length);
  readonly #everActive = new Uint8Array(ACTIVE_ATTRIBUTES.length);
  readonly #outcomes = new Float64Array(OUTCOMES.length);
  readonly #routeAttributes: AttributeSet[] = [];
  readonly #slowAttributes: AttributeSet[] = [];
  #seriesCapacity = INITIAL_SERIES;
  #routeCapacity = INITIAL_ROUTES;

  constructor(options: RequestRecorderOptions) {
    this.#series = new RequestSeries(options.seriesLimit, options.serviceVersion);
    this.#serviceVersion = options.serviceVersion;
    this.#durations = new ExplicitHistograms(options.bounds, INITIAL_SERIES);
    this.#firstBytes = new ExplicitHistograms(options.bounds, INITIAL_SERIES);
  }

  get routes(): RouteTable {
    return this.#series.routes;
  }

  /** A request began; both arguments are indices, in METHODS and SCHEMES. */
  begin(method: number, scheme: number): void {
    const at = method * SCHEMES.length + scheme;
    this.#active[at] = this.#active[at]! + 1;
    this.#everActive[at] = 1;
  }

  /** A request ended; called exactly once for every `begin`. */
  end(request: EndedRequest): void {
    const at = request.method * SCHEMES.length + request.scheme;
    this.#active[at] = this.#active[at]! - 1;
    this.#outcomes[request.outcome] = this.#outcomes[request.outcome]! + 1;
    const series = this.#series.find(request);
    if (series >= this.#seriesCapacity) this.#growSeries();
    if (request.firstByte >= 0) this.#firstBytes.record(series, request.firstByte);
    if (request.stream) {
      this.#streams ??= new ExplicitHistograms(STREAM_BOUNDS, this.#seriesCapacity);
      this.#streams.record(series, request.duration);
      return;
    }
    this.#durations.record(series, request.duration);
    const { route } = request;
    if (route.index >= this.#routeCapacity) this.#growRoutes();
    this.#byRoute.record(route.index, request.duration);
    if (request.slow) route.slow++;
  }

  #growSeries(): void {
    this.#seriesCapacity *= 2;
    this.#durations.grow(this.#seriesCapacity);
    this.#firstBytes.grow(this.#seriesCapacity);
    this.#streams?.grow(this.#seriesCapacity);
  }

  #growRoutes(): void {
    this.#routeCapacity = Math.max(this.#routeCapacity * 2, this.routes.all.length);
    this.#byRoute.grow(this.#routeCapacity);
  }

  collect(visitor: MetricVisitor): void {
    this.#collectHistograms(visitor, DURATION, this.#durations);
    this.#collectHistograms(visitor, FIRST_BYTE, this.#firstBytes);
    if (this.#streams !== undefined) this.#collectHistograms(visitor, STREAM, this.#streams);
    visitor.metric(ACTIVE);
    for (const [at, attributes] of ACTIVE_ATTRIBUTES.entries()) {
      // The first pair, GET over http, is there from the start: a dashboard has its zero before the first request.
      if (at === 0 || this.#everActive[at] === 1) visitor.number(attributes, this.#active[at]!);
    }
    visitor.metric(REQUEST_OUTCOMES);
    for (const [at, attributes] of OUTCOME_ATTRIBUTES.entries()) visitor.number(attributes, this.#outcomes[at]!);
    this.#collectRoutes(visitor);
    const { budget, routeOverflows, labelOverflows } = this.#series;
    visitor.metric(SERIES);
    visitor.number(NO_ATTRIBUTES, budget.inUse);
    visitor.metric(SERIES_LIMIT);
    visitor.number(NO_ATTRIBUTES, budget.limit);
    visitor.metric(OVERFLOWS);
    visitor.number(OVERFLOW_ROUTE, routeOverflows);
    visitor.number(OVERFLOW_LABELS, labelOverflows);
  }

  #collectHistograms(visitor: MetricVisitor, definition: MetricDefinition, histograms: ExplicitHistograms): void {
    visitor.metric(definition);
    const { bounds, counts, sums } = histograms;
    for (const [series, attributes] of this.#series.attributes.entries()) {
      // A series that only ever streamed has no latency, and the reverse.
      if (series < this.#seriesCapacity && histograms.count(series) > 0) {
        visitor.histogram(attributes, bounds, counts, histograms.at(series), sums[series]!);
      }
    }
  }

  #collectRoutes(visitor: MetricVisitor): void {
    const routes = this.routes.all;
    visitor.metric(SLOW);
    for (const route of routes) {
      if (route.series.size > 0) {
        this.#slowAttributes[route.index] ??= new AttributeSet({ 'http.route': route.template });
        visitor.number(this.#slowAttributes[route.index]!, route.slow);
      }
    }
    visitor.metric(ROUTE);
    for (const route of routes) {
      const buckets = route.index < this.#routeCapacity ? this.#byRoute.read(route.index) : undefined;
      if (buckets === undefined) continue;
      this.#routeAttributes[route.index] ??= new AttributeSet({
        'http.route': route.template,
        'otel.metric.overflow': route === this.routes.overflow ? true : undefined,
        'service.version': this.#serviceVersion,
      });
      visitor.exponential(this.#routeAttributes[route.index]!, buckets);
    }
  }
}
