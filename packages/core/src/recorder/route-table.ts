import type { AttributeSet } from '../attributes.ts';
import { METHODS } from '../http/methods.ts';

/** One route and its series. Made once a template; a request holds a reference, never a string of its own. */
export interface Route {
  /** The template; undefined for requests that matched no route. */
  readonly template: string | undefined;
  /** Whether the application's router declared it, or a function computed it from the request. */
  readonly declared: boolean;
  /** Whether it is the one that takes what has no room. */
  readonly overflow: boolean;
  /** Number of the route, its place in the per-route histogram. */
  readonly index: number;
  /** Series by the key of method, scheme, status and error; see RequestSeries. */
  readonly series: Map<number, number>;
  /** Places in the histograms of body sizes, by method. */
  readonly sizes: Array<number | undefined>;
  /** Made when it is first told. */
  slowAttributes: AttributeSet | undefined;
  durationAttributes: AttributeSet | undefined;
}

/** How many routes of their own histogram there may be: declared ones, and computed ones. */
const DECLARED_LIMIT = 1000;
const COMPUTED_LIMIT = 200;

/** The routes seen so far, by template. What does not fit shares one route, `overflow`. */
export class RouteTable {
  readonly unmatched: Route;
  readonly overflow: Route;
  readonly all: Route[] = [];
  readonly #declared = new Map<string, Route>();
  readonly #computed = new Map<string, Route>();

  constructor() {
    this.unmatched = this.#add(undefined, true);
    this.overflow = this.#add(undefined, true, true);
  }

  /** The route of a template that a router declared. */
  declared(template: string): Route {
    const known = this.#declared.get(template);
    if (known !== undefined) return known;
    if (this.#declared.size >= DECLARED_LIMIT) return this.overflow;
    const route = this.#add(template, true);
    this.#declared.set(template, route);
    return route;
  }

  /** The route of a template that a function computed; a declared one of that name is the same route. */
  computed(template: string): Route {
    const known = this.#declared.get(template) ?? this.#computed.get(template);
    if (known !== undefined) return known;
    if (this.#computed.size >= COMPUTED_LIMIT) return this.overflow;
    const route = this.#add(template, false);
    this.#computed.set(template, route);
    return route;
  }

  /** How many routes were seen that a router declared, and that a function computed. */
  get seen(): { readonly declared: number; readonly computed: number } {
    return { declared: this.#declared.size, computed: this.#computed.size };
  }

  #add(template: string | undefined, declared: boolean, overflow = false): Route {
    const route = {
      template,
      declared,
      overflow,
      index: this.all.length,
      series: new Map<number, number>(),
      sizes: Array<number | undefined>(METHODS.length).fill(undefined),
      slowAttributes: undefined,
      durationAttributes: undefined,
    };
    this.all.push(route);
    return route;
  }
}
