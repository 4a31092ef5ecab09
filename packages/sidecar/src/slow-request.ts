/** Where the time of a slow request went, in milliseconds; together they are its duration. */
export interface TimeParts {
  readonly pool_wait_ms: number;
  readonly queries_ms: number;
  readonly outgoing_ms: number;
  readonly event_loop_ms: number;
  readonly rest_ms: number;
}

/** One slow request of an application, as its slow log has it. Times are milliseconds. */
export interface SlowRequest {
  /** When it ended, ISO 8601 in UTC. */
  readonly time: string;
  readonly method: string;
  /** The route's template, or `unmatched`. */
  readonly route: string;
  /** Undefined if no status was sent. */
  readonly status: number | undefined;
  readonly outcome: string;
  readonly duration_ms: number;
  readonly first_byte_ms: number | undefined;
  readonly request_id: string | undefined;
  readonly trace_id: string | undefined;
  readonly span_id: string | undefined;
  /** Undefined if the application does not ask where the time went. */
  readonly parts: TimeParts | undefined;
}
