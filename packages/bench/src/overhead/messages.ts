/** Asks the server process: where the measured part begins and where it ends. */
export type ServerRequest = 'begin' | 'end';

/** What the server process says when it listens. */
export interface ServerReady {
  readonly port: number;
}

/** What the server process says at the end of the measured part; before, it has nothing to say. */
export interface ServerReply {
  /** CPU time of the process in the measured part, user and system, in microseconds. */
  readonly cpuMicros: number;
  /** Resident memory of the process, in bytes. */
  readonly residentBytes: number;
  /** Requests that the instrumentation has recorded since it started; undefined if it records none. */
  readonly recorded?: number | undefined;
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
