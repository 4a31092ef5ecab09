/** Asks the server process: where a measured slice begins, where it ends, and what it has done in all. */
export type ServerRequest = 'begin' | 'end' | 'sum';

/** What the server process says when it listens. */
export interface ServerReady {
  readonly port: number;
}

/** What the server process says at the end of a slice. */
export interface SliceReply {
  /** CPU time of the process since the slice began, user and system, in microseconds. */
  readonly cpuMicros: number;
}

/** What the server process says of all it has done. */
export interface SumReply {
  /** Resident memory of the process, in bytes. */
  readonly residentBytes: number;
  /** Requests that the instrumentation has recorded; undefined if it records none. */
  readonly recorded: number | undefined;
}

/** Asks the load process for so many requests. */
export interface LoadRequest {
  readonly requests: number;
}

/** What the load process says when all are answered. */
export interface LoadReply {
  readonly seconds: number;
  /** Status line and headers of one of the replies. */
  readonly lastHead: string;
}
