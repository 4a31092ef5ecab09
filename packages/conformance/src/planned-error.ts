/** What `/thrown` and its kin throw. `expose` and `status` are what the frameworks' own error pages look at. */
export class PlannedError extends Error {
  readonly status: number;
  readonly expose = false;

  constructor(status = 500) {
    super('planned');
    this.status = status;
  }
}

/** A handler that throws one. */
export function fail(): never {
  throw new PlannedError();
}
