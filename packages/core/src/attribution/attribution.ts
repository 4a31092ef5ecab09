/** What a request may wait for. */
export type WaitKind = 'pool' | 'query' | 'outgoing';

/** A wait that has begun on behalf of a request. */
export interface Wait {
  /** Ends it; a second call does nothing. */
  end(): void;
}

/** Attributes waits to the requests that they are for. */
export class Attribution {
  /** Begins a wait on behalf of the request that is being served here; undefined where none is, or nobody asked. */
  begin(_kind: WaitKind): Wait | undefined {
    return undefined;
  }
}
