/**
 * How many series may exist. A part is kept for what the application itself declares (routes of its router), so that
 * values that come from outside (a route or label computed from the request) can never crowd those out.
 */
export class SeriesBudget {
  readonly limit: number;
  readonly #computedLimit: number;
  #declared = 0;
  #computed = 0;

  /** @param limit series in all @param computedShare the share that computed values may take, 0 to 1 */
  constructor(limit: number, computedShare = 0.25) {
    this.limit = limit;
    this.#computedLimit = Math.floor(limit * computedShare);
  }

  get inUse(): number {
    return this.#declared + this.#computed;
  }

  /** Takes room for one series; false if there is none. */
  take(declared: boolean): boolean {
    if (declared) {
      if (this.#declared >= this.limit - this.#computedLimit) return false;
      this.#declared++;
    } else {
      if (this.#computed >= this.#computedLimit) return false;
      this.#computed++;
    }
    return true;
  }
}
