import type { Outcome } from '@outrider/core';
import type { Tally } from './expected.ts';

/** What the server's process counted at one moment. */
export interface Report {
  /** Requests that reached the server, counted beside the middleware. */
  readonly received: Tally;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly active: number;
  /** Responses that Node.js has not closed, counted beside the middleware. */
  readonly open: number;
  readonly series: number;
  /** Bytes, after a forced collection; 0 where none was asked for. */
  readonly heapUsed: number;
  /** Pushes that were taken. */
  readonly pushed: number;
}
