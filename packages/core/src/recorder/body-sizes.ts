import { AttributeSet } from '../attributes.ts';
import { BODY_SIZE_BOUNDS } from '../bounds.ts';
import { metricDefinition } from '../catalogue.ts';
import type { MetricDefinition } from '../catalogue.ts';
import { METHODS } from '../http/methods.ts';
import type { MetricVisitor } from '../metric-source.ts';
import { ExplicitHistograms } from './explicit-histograms.ts';
import type { Route } from './route-table.ts';

const REQUEST = metricDefinition('http.server.request.body.size');
const RESPONSE = metricDefinition('http.server.response.body.size');

const INITIAL_PAIRS = 32;

/** Sizes of bodies, by route and method only: status and scheme say little of a size, and each would multiply the series. */
export class BodySizes {
  #attributes: AttributeSet[] = [];
  #responses = new ExplicitHistograms(BODY_SIZE_BOUNDS, INITIAL_PAIRS);
  // Many services take no bodies: made when the first one comes.
  #requests: ExplicitHistograms | undefined;

  /** Records what is known of a request's bodies, in bytes; what is not is negative. */
  record(route: Route, method: number, requestSize: number, responseSize: number): void {
    if (requestSize < 0 && responseSize < 0) return;
    const pair = (route.sizes[method] ??= this.#add(route, method));
    if (responseSize >= 0) this.#responses.record(pair, responseSize);
    if (requestSize < 0) return;
    this.#requests ??= new ExplicitHistograms(BODY_SIZE_BOUNDS, this.#responses.capacity);
    this.#requests.record(pair, requestSize);
  }

  #add(route: Route, method: number): number {
    const pair =
      this.#attributes.push(
        new AttributeSet({
          'http.request.method': METHODS[method],
          'http.route': route.template,
          'otel.metric.overflow': route.overflow ? true : undefined,
        }),
      ) - 1;
    if (pair >= this.#responses.capacity) {
      this.#responses.grow(this.#responses.capacity * 2);
      this.#requests?.grow(this.#responses.capacity);
    }
    return pair;
  }

  /** The same figures, which do not change any more. */
  copy(): BodySizes {
    const copied = new BodySizes();
    copied.#attributes = this.#attributes.slice();
    copied.#responses = this.#responses.copy();
    copied.#requests = this.#requests?.copy();
    return copied;
  }

  /** Tells a visitor all there is, one histogram a step. */
  *steps(visitor: MetricVisitor): Generator<void, void, void> {
    if (this.#requests !== undefined) yield* this.#tell(visitor, REQUEST, this.#requests);
    yield* this.#tell(visitor, RESPONSE, this.#responses);
  }

  *#tell(visitor: MetricVisitor, definition: MetricDefinition, histograms: ExplicitHistograms): Generator<void> {
    visitor.metric(definition);
    const { bounds, counts, sums } = histograms;
    for (const [pair, attributes] of this.#attributes.entries()) {
      if (histograms.count(pair) > 0) visitor.histogram(attributes, bounds, counts, histograms.at(pair), sums[pair]!);
      yield;
    }
  }
}
