import type { Transport } from '../framework.ts';
import { http1Client } from './http1.ts';
import { http2Client } from './http2.ts';

/** Headers as they came over the wire, names and values in turns. */
export type RawHeaders = readonly string[];

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly rawHeaders: RawHeaders;
  readonly body: string;
  readonly bytes: Buffer;
  readonly trailers: Readonly<Record<string, string | string[] | undefined>>;
  /** The statuses of the 1xx answers before this one. */
  readonly informational: readonly number[];
}

/** What may be said of a request. */
export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** A list is sent part by part, chunked on HTTP/1. */
  readonly body?: string | Buffer | ReadonlyArray<string | Buffer>;
  readonly trailers?: Readonly<Record<string, string>>;
  /** Leaves the body without an end: only what is given of it is sent. */
  readonly unfinished?: boolean;
  /** Waited for between the head of the answer and its body, which is not read until then. */
  readonly beforeReading?: () => Promise<void>;
}

/** How a client leaves. */
export interface Leave {
  /** When: as soon as `ready` says so, or when the first bytes of the answer are in. */
  readonly after: 'request' | 'first-bytes';
  /** With RST on HTTP/1 and RST_STREAM on HTTP/2, instead of closing the connection. */
  readonly reset?: boolean;
  /** While it still sends a body. */
  readonly uploading?: boolean;
}

/** Sends requests on one connection. */
export interface Connected {
  send(target: string, options?: RequestOptions): Promise<Answer>;
  close(): void;
}

/** Speaks to one server over its transport, each request on a connection of its own. */
export interface Client {
  /** @param target the request target as it is sent: nothing of it is normalized */
  send(target: string, options?: RequestOptions): Promise<Answer>;
  /** A connection that stays. On HTTP/1 its requests wait for each other. */
  connect(): Connected;
  /** @param ready resolves when the request has reached its handler */
  leave(target: string, how: Leave, ready: () => Promise<void>): Promise<void>;
}

/** A client for a server on loopback. */
export function clientOf(transport: Transport, port: number): Client {
  return transport === 'http' || transport === 'https'
    ? http1Client(port, transport === 'https')
    : http2Client(port, transport === 'h2');
}

/** The values of a header, as many as came. */
export function valuesOf({ rawHeaders }: Pick<Answer, 'rawHeaders'>, name: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]!.toLowerCase() === name);
}
