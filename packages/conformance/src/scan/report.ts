/** What the scanned application's recorder holds. */
export interface Report {
  /** Requests by route, as the latency histogram has them: `unmatched`, `overflow`, or the route. */
  readonly counts: Readonly<Record<string, number>>;
  /** Requests that were recorded without a series of their own, because of their route. */
  readonly overflows: number;
  readonly series: number;
  readonly limit: number;
  /** Bytes, after a forced collection; 0 where none was asked for. */
  readonly heapUsed: number;
}
