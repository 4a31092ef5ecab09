import type { ServerResponse } from 'node:http';
import type { Logger } from '../logger.ts';
import type { Snapshot } from '../snapshot.ts';
import type { EventStream } from './event-stream.ts';
import type { OmissionReason } from './exposition.ts';

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
  /** Bytes that are answered again and again are the same object each time: they are compressed once. */
  readonly body: string | Buffer;
  /** The headers of the request, beside Accept-Encoding, that had a say in the answer. */
  readonly vary?: string;
  /** Seconds after which to ask again. */
  readonly retryAfterSeconds?: number;
  /** Headers besides those that follow from the rest. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes on with the response, of which the headers are written, in the place of a body, and ends it some time. */
  readonly follow?: (res: ServerResponse) => void;
}

/**
 * One thing the sidecar shows, under one path. It reads a snapshot and causes nothing: no collection, no connection.
 * What takes long to write is promised, and written in between other things.
 */
export interface Outlet<Reply extends Answer | Promise<Answer> = Answer> {
  /** What is to be found there, for the index. */
  readonly description: string;
  answer(snapshot: Snapshot, request: OutletRequest): Reply;
}

/** What it took to write one exposition. */
export interface ExpositionCost {
  /** Time that the writing itself took, without what was done in between. */
  readonly seconds: number;
  /** Size before compression. */
  readonly bytes: number;
  /** Points that were left out. */
  readonly omitted: ReadonlyMap<OmissionReason, number>;
}

/** What an outlet is given when the sidecar starts. */
export interface OutletContext {
  readonly log: Logger;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Told what each writing of the exposition cost, for the metrics of the sidecar about itself. */
  readonly onExposition: (cost: ExpositionCost) => void;
  /** Who listens to the event stream. */
  readonly stream: EventStream;
}

/** Makes an outlet; called once, when the sidecar starts. */
export type OutletFactory<Reply extends Answer | Promise<Answer> = Answer> = (context: OutletContext) => Outlet<Reply>;

/** An outlet of either kind. */
export type AnyOutletFactory = OutletFactory | OutletFactory<Promise<Answer>>;

/** The answer 200 with a value in JSON. */
export function json(value: object): Answer {
  return { status: 200, contentType: 'application/json; charset=utf-8', body: `${JSON.stringify(value)}\n` };
}

/** An answer in plain text. */
export function plainText(status: number, body: string): Answer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}
