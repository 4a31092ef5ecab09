const SOURCES = ['application', 'sidecar', 'spool'] as const;

const DROP_REASONS = [
  'queue_full',
  'refused',
  'rejected_by_backend',
  'unencodable',
  'unusable',
  'spool_damaged',
  'closed',
] as const;

const RESULTS = ['ok', 'partial', 'retried', 'refused'] as const;

/** Where a request to be forwarded comes from: `spool` is what an earlier run of the sidecar left there. */
export type ForwardSource = (typeof SOURCES)[number];

/** Why data points were not forwarded. Each is counted in `outrider.forward.dropped`. */
export type ForwardDropReason = (typeof DROP_REASONS)[number];

/** What came of one attempt to send. */
export type AttemptResult = (typeof RESULTS)[number];

/**
 * What became of the data points for one backend. At every moment `accepted` of all sources is `sent`, `dropped` for all
 * reasons and what waits, which is not counted here but where it waits. Each count is there from the start, with 0:
 * `increase()` sees nothing of what a series begins with.
 */
export class DeliveryCounts {
  readonly accepted: Map<ForwardSource, number> = none(SOURCES);
  readonly dropped: Map<ForwardDropReason, number> = none(DROP_REASONS);
  readonly requests: Map<AttemptResult, number> = none(RESULTS);
  sent = 0;
  spoolErrors = 0;

  accept(source: ForwardSource, points: number): void {
    add(this.accepted, source, points);
  }

  drop(reason: ForwardDropReason, points: number): void {
    add(this.dropped, reason, points);
  }

  attempt(result: AttemptResult): void {
    add(this.requests, result, 1);
  }
}

function none<Key>(keys: readonly Key[]): Map<Key, number> {
  return new Map(keys.map((key) => [key, 0]));
}

function add<Key>(to: Map<Key, number>, key: Key, count: number): void {
  to.set(key, (to.get(key) ?? 0) + count);
}
