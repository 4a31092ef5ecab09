/** One run of one variant in a process of its own: the unit of the statistics. */
export interface Run {
  readonly variant: string;
  /** CPU time of the server process, user and system, in microseconds a request. */
  readonly cpuMicros: number;
  readonly requestsPerSecond: number;
  /** Resident memory of the server process at the end, in bytes. */
  readonly residentBytes: number;
}

/** The runs of one round by variant. */
export type Round = ReadonlyMap<string, Run>;
