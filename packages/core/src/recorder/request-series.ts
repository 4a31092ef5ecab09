import { AttributeSet } from '../attributes.ts';
import { METHODS } from '../http/methods.ts';
import { ERROR_CLIENT, ERROR_NONE, ERROR_STATUS } from '../http/outcome.ts';
import { RouteTable } from './route-table.ts';
import type { Route } from './route-table.ts';
import type { SeriesBudget } from './series-budget.ts';

export const SCHEMES: readonly string[] = ['http', 'https'];

/** What tells one series from another. `EndedRequest` has it. */
export interface SeriesLabels {
  readonly route: Route;
  /** Index in METHODS. */
  readonly method: number;
  /** Index in SCHEMES. */
  readonly scheme: number;
  /** The status that was sent; 0 if none was. */
  readonly status: number;
  /** One of the ERROR_… constants. */
  readonly error: number;
  /** Labels of the application's own; undefined for most. */
  readonly labels: Readonly<Record<string, string>> | undefined;
}

/**
 * Numbers the series of requests: 0, 1, 2 … in the order they are first seen, as places in the recorder's arrays.
 * A known series is found by one map look-up with a number; no string is built and no object made.
 */
export class RequestSeries {
  readonly routes: RouteTable = new RouteTable();
  readonly attributes: AttributeSet[] = [];
  readonly budget: SeriesBudget;
  routeOverflows = 0;
  labelOverflows = 0;
  readonly #serviceVersion: string | undefined;
  readonly #labelled = new Map<number, Map<string, number>>();
  #overflowSeries = -1;

  constructor(budget: SeriesBudget, serviceVersion: string | undefined) {
    this.budget = budget;
    this.#serviceVersion = serviceVersion;
  }

  /** The number of the series that a request belongs to. */
  find(request: SeriesLabels): number {
    const { route } = request;
    if (route.overflow) return this.#overflow();
    const key = ((request.method * SCHEMES.length + request.scheme) * 4 + request.error) * 1000 + request.status;
    let series = route.series.get(key);
    if (series === undefined) {
      if (!this.budget.take(route.declared)) return this.#overflow();
      series = this.attributes.push(this.#attributesOf(request, undefined)) - 1;
      route.series.set(key, series);
    }
    return request.labels === undefined ? series : this.#variant(series, request, request.labels);
  }

  // One variant of the series for each combination of the application's labels, as long as there is room.
  #variant(base: number, request: SeriesLabels, labels: Readonly<Record<string, string>>): number {
    let variants = this.#labelled.get(base);
    if (variants === undefined) this.#labelled.set(base, (variants = new Map<string, number>()));
    const key = JSON.stringify(labels);
    const known = variants.get(key);
    if (known !== undefined) return known;
    if (!this.budget.take(false)) {
      this.labelOverflows++;
      return base;
    }
    const series = this.attributes.push(this.#attributesOf(request, labels)) - 1;
    variants.set(key, series);
    return series;
  }

  // One series, outside the budget, takes what has no room: no request goes uncounted.
  #overflow(): number {
    this.routeOverflows++;
    if (this.#overflowSeries === -1) {
      const attributes = { 'otel.metric.overflow': true, 'service.version': this.#serviceVersion };
      this.#overflowSeries = this.attributes.push(new AttributeSet(attributes)) - 1;
    }
    return this.#overflowSeries;
  }

  #attributesOf(request: SeriesLabels, labels: Readonly<Record<string, string>> | undefined): AttributeSet {
    return new AttributeSet({
      ...labels,
      'http.request.method': METHODS[request.method],
      'http.route': request.route.template,
      'http.response.status_code': request.status === 0 ? undefined : request.status,
      'url.scheme': SCHEMES[request.scheme],
      'error.type': errorType(request.error, request.status),
      'service.version': this.#serviceVersion,
    });
  }
}

// Semantic conventions: the status as text for a 5xx, else what went wrong.
function errorType(error: number, status: number): string | undefined {
  if (error === ERROR_NONE) return undefined;
  if (error === ERROR_STATUS) return String(status);
  return error === ERROR_CLIENT ? 'client_disconnect' : 'server_destroy';
}
