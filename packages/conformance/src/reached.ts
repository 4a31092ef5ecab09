const reached = new WeakSet<object>();

/** Notes that a request has reached its handler. */
export function markReached(request: object): void {
  reached.add(request);
}

/** Whether a request has reached its handler. */
export function hasReached(request: object | undefined): boolean {
  return request !== undefined && reached.has(request);
}
