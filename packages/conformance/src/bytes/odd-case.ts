import type { IncomingMessage, ServerResponse } from 'node:http';

/** Writes down what the application sees at one point: it must see the same with and without the middleware. */
export type Note = (what: string, value?: unknown) => void;

/** A use of the raw response that is allowed, or a mistake that applications make. */
export interface OddCase {
  readonly name: string;
  handle(request: IncomingMessage, response: ServerResponse, note: Note): void;
  /** What is sent on HTTP/1; by default a GET, and another request behind it. */
  readonly send?: (target: string) => string;
  /** The method on HTTP/2. @default 'GET' */
  readonly method?: string;
  /** How many of the answers have none of our headers, because the application's own stand there or nothing can. */
  readonly without?: number;
  /** Where the answer does not end by itself, and the client leaves when nothing more comes. */
  readonly endless?: 'http' | 'h2c';
}

/** Calls something that may throw, and notes what came of it. */
export function attempt(note: Note, what: string, call: () => unknown): void {
  try {
    note(what, call());
  } catch (error) {
    note(`${what} threw`, describeError(error));
  }
}

/** An error without what differs from run to run. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error === null ? undefined : error;
  return `${error.name} ${(error as NodeJS.ErrnoException).code ?? ''}: ${error.message}`;
}

const OURS = new Set(['x-request-id', 'x-response-time']);

/** The headers of a response that was to be sent: ours may be among them from then on, and are left out. */
export function sentHeaders(response: ServerResponse): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(response.getHeaders()).filter(([name]) => !OURS.has(name)));
}
