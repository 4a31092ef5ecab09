import { tracingChannel } from 'node:diagnostics_channel';
import type { TracingChannelSubscribers } from 'node:diagnostics_channel';
import type { BegunQuery } from './library-queries.ts';

/** What a library tells of a query of its own. Which fields there are is the library's matter. */
export interface TracedQuery {
  readonly error?: unknown;
}

/** What is done with the queries of a channel. */
export interface QueryListener<Context> {
  /** Undefined for what is not to be measured. */
  begin(query: Context): BegunQuery | undefined;
  end(query: Context, begun: BegunQuery): void;
}

/**
 * Listens to a TracingChannel of queries, and returns what ends that.
 *
 * A query ends at `asyncStart`, before its callback is run: at `asyncEnd` its callback's time would be a part of it. One
 * that throws at once says `error` only.
 */
export function listenToQueries<Context extends TracedQuery>(
  channel: string,
  listener: QueryListener<Context>,
  onFailure: () => void,
): () => void {
  // On the library's own object, which lives as long as the query: a map would have to be kept.
  const BEGUN = Symbol('outrider.query');
  type Held = Context & { [BEGUN]?: BegunQuery | undefined };
  // What a subscriber throws becomes an uncaught exception of the application.
  const safely =
    (listen: (query: Held) => void) =>
    (query: unknown): void => {
      try {
        listen(query as Held);
      } catch {
        onFailure();
      }
    };
  const end = safely((query) => {
    const begun = query[BEGUN];
    if (begun === undefined) return;
    query[BEGUN] = undefined;
    listener.end(query, begun);
  });
  const subscribers = {
    start: safely((query) => {
      query[BEGUN] = listener.begin(query);
    }),
    asyncStart: end,
    error: end,
  } as unknown as TracingChannelSubscribers<object>;
  const traced = tracingChannel<unknown, object>(channel);
  traced.subscribe(subscribers);
  return () => {
    traced.unsubscribe(subscribers);
  };
}
