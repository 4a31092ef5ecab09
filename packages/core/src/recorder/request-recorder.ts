import type { Span } from '@opentelemetry/api';
import { STREAM_BOUNDS } from '../bounds.ts';
import { METHODS } from '../http/methods.ts';
import { OUTCOMES } from '../http/outcome.ts';
import type { MetricVisitor, SteppedSource } from '../metric-source.ts';
import { BodySizes } from './body-sizes.ts';
import { Exemplars } from './exemplars.ts';
import { ExplicitHistograms } from './explicit-histograms.ts';
import { ExponentialHistograms } from './exponential-histograms.ts';
import { requestFigures } from './request-figures.ts';
import type { RequestFigures } from './request-figures.ts';
import { RequestSeries, SCHEMES } from './request-series.ts';
import type { SeriesLabels } from './request-series.ts';
import type { SeriesBudget } from './series-budget.ts';
import type { RouteTable } from './route-table.ts';

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
  /** Bytes of the request's body; -1 if it had none, or was not received whole. */
  readonly requestSize: number;
  /** Bytes of the response's body; -1 if it was not sent whole. */
  readonly responseSize: number;
  /** The span it was served in, if a tracer runs. */
  readonly span: Span | undefined;
}

/** Settings of a {@link RequestRecorder}. */
export interface RequestRecorderOptions {
  /** Bucket bounds of the latency histogram, in seconds. */
  readonly bounds: readonly number[];
  readonly serviceVersion: string | undefined;
  readonly budget: SeriesBudget;
}

/** Counts requests in typed arrays; `begin` and `end` allocate nothing once the request's series exists. */
export class RequestRecorder implements SteppedSource {
  /** False where OpenTelemetry tells `http.server.request.duration`. */
  tellsDuration = true;
  readonly #series: RequestSeries;
  readonly #serviceVersion: string | undefined;
  readonly #durations: ExplicitHistograms;
  readonly #firstBytes: ExplicitHistograms;
  // Most services have no streams: made when the first one ends.
  #streams: ExplicitHistograms | undefined;
  readonly #sizes = new BodySizes();
  readonly #exemplars = new Exemplars();
  readonly #byRoute = new ExponentialHistograms(INITIAL_ROUTES);
  readonly #active = new Int32Array(METHODS.length * SCHEMES.length);
  readonly #everActive = new Uint8Array(METHODS.length * SCHEMES.length);
  readonly #outcomes = new Float64Array(OUTCOMES.length);
  /** Slow requests by route. */
  #slow = new Float64Array(INITIAL_ROUTES);

  constructor(options: RequestRecorderOptions) {
    this.#series = new RequestSeries(options.budget, options.serviceVersion);
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
    if (series >= this.#durations.capacity) this.#growSeries();
    const { route } = request;
    this.#sizes.record(route, request.method, request.requestSize, request.responseSize);
    if (request.firstByte >= 0) this.#firstBytes.record(series, request.firstByte);
    if (request.stream) {
      this.#streams ??= new ExplicitHistograms(STREAM_BOUNDS, this.#durations.capacity);
      this.#streams.record(series, request.duration);
      return;
    }
    this.#durations.record(series, request.duration);
    if (request.span !== undefined) this.#exemplars.offer(series, request.duration, request.span);
    if (route.index >= this.#byRoute.capacity) this.#growRoutes();
    this.#byRoute.record(route.index, request.duration);
    if (request.slow) this.#slow[route.index] = this.#slow[route.index]! + 1;
  }

  #growSeries(): void {
    const capacity = this.#durations.capacity * 2;
    this.#durations.grow(capacity);
    this.#firstBytes.grow(capacity);
    this.#streams?.grow(capacity);
  }

  #growRoutes(): void {
    const capacity = Math.max(this.#byRoute.capacity * 2, this.routes.all.length);
    this.#byRoute.grow(capacity);
    const slow = new Float64Array(capacity);
    slow.set(this.#slow);
    this.#slow = slow;
  }

  collect(visitor: MetricVisitor): void {
    for (const _ of requestFigures(this.#figures(false), visitor)) continue;
  }

  freeze(): (visitor: MetricVisitor) => Generator<void, void, void> {
    const figures = this.#figures(true);
    return (visitor) => requestFigures(figures, visitor);
  }

  // Copying is a matter of a few arrays, however many series there are.
  #figures(copied: boolean): RequestFigures {
    const { budget, routeOverflows, labelOverflows, attributes } = this.#series;
    const { all, seen } = this.routes;
    const histograms = <Kind extends { copy(): Kind }>(kind: Kind): Kind => (copied ? kind.copy() : kind);
    return {
      attributes: copied ? attributes.slice() : attributes,
      durations: this.tellsDuration ? histograms(this.#durations) : undefined,
      firstBytes: histograms(this.#firstBytes),
      streams: this.#streams && histograms(this.#streams),
      sizes: histograms(this.#sizes),
      exemplars: this.#exemplars,
      active: this.#active.slice(),
      everActive: this.#everActive.slice(),
      outcomes: this.#outcomes.slice(),
      routes: copied ? all.slice() : all,
      slow: copied ? this.#slow.slice() : this.#slow,
      byRoute: histograms(this.#byRoute),
      serviceVersion: this.#serviceVersion,
      series: budget.inUse,
      seriesLimit: budget.limit,
      routesSeen: seen,
      overflows: { route: routeOverflows, labels: labelOverflows },
    };
  }
}
