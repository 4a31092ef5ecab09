/** Where a request to be forwarded comes from: `spool` is what an earlier run of the sidecar left there. */
export type ForwardSource = 'application' | 'sidecar' | 'spool';

/** Why data points were not forwarded. Each is counted in `outrider.forward.dropped`. */
export type ForwardDropReason =
  | 'queue_full'
  | 'refused'
  | 'rejected_by_backend'
  | 'unencodable'
  | 'unusable'
  | 'spool_damaged'
  | 'closed';

/** What came of one attempt to send. */
export type AttemptResult = 'ok' | 'partial' | 'retried' | 'refused';

/**
 * What became of the data points for one backend. At every moment `accepted` of all sources is `sent`, `dropped` for all
 * reasons and what waits, which is not counted here but where it waits.
 */
export class DeliveryCounts {
  readonly accepted: Map<ForwardSource, number> = new Map();
  readonly dropped: Map<ForwardDropReason, number> = new Map();
  readonly requests: Map<AttemptResult, number> = new Map();
  sent = 0;
  spoolErrors = 0;

  accept(source: ForwardSource, points: number): void {
    add(this.accepted, source, points);
  }

  drop(reason: ForwardDropReason, points: number): void {
    if (points > 0) add(this.dropped, reason, points);
  }

  attempt(result: AttemptResult): void {
    add(this.requests, result, 1);
  }
}

function add<Key>(to: Map<Key, number>, key: Key, count: number): void {
  to.set(key, (to.get(key) ?? 0) + count);
}
