import type { Logger } from '../logger.ts';
import type { Snapshot } from '../snapshot.ts';

/** What a request asks for beyond the path. */
export interface OutletRequest {
  readonly query: URLSearchParams;
  /** The header Accept; the empty text if there is none. */
  readonly accept: string;
}

/** What an outlet answers to a GET of its path. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** One thing the sidecar shows, under one path. It reads a snapshot and causes nothing: no collection, no connection. */
export interface Outlet {
  /** What is to be found there, for the index. */
  readonly description: string;
  answer(snapshot: Snapshot, request: OutletRequest): Answer;
}

/** What an outlet is given when the sidecar starts. */
export interface OutletContext {
  readonly log: Logger;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Told what each writing of the exposition cost, for the metrics of the sidecar about itself. */
  readonly onExposition: (cost: { readonly seconds: number; readonly bytes: number }) => void;
}

/** Makes an outlet; called once, when the sidecar starts. */
export type OutletFactory = (context: OutletContext) => Outlet;

/** The answer 200 with a value in JSON. */
export function json(value: object): Answer {
  return { status: 200, contentType: 'application/json; charset=utf-8', body: `${JSON.stringify(value)}\n` };
}

/** An answer in plain text. */
export function plainText(status: number, body: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}
