import type { PoolFamily } from './pool-family.ts';
import type { PoolTimings } from './pool-timings.ts';

/** The state of a connection pool. A figure the library does not know is left out, never 0. */
export interface PoolStats {
  /** Connections in use. */
  readonly used: number;
  /** Connections open and free. */
  readonly idle: number;
  /** Requests waiting for a connection. */
  readonly pending: number;
  /** The most connections the pool may open. */
  readonly limit?: number | undefined;
  /** The fewest idle connections it keeps. */
  readonly idleMin?: number | undefined;
}

/** The counters (since the start) and state of a cache. A figure the library does not know is left out, never 0. */
export interface CacheStats {
  readonly hits?: number | undefined;
  readonly misses?: number | undefined;
  readonly sets?: number | undefined;
  readonly deletes?: number | undefined;
  readonly errors?: number | undefined;
  readonly evictions?: number | undefined;
  readonly entries?: number | undefined;
  readonly maxEntries?: number | undefined;
  readonly bytes?: number | undefined;
  /** Whether the cache is in use; true unless said otherwise. */
  readonly enabled?: boolean | undefined;
}

/** What waits in a queue and is being worked on. A figure the library does not know is left out, never 0. */
export interface QueueStats {
  /** Tasks that wait for their turn. */
  readonly waiting?: number | undefined;
  /** Tasks being worked on. */
  readonly active?: number | undefined;
  /** Tasks that are to wait until a time. */
  readonly delayed?: number | undefined;
  /** Tasks that were given up and are kept. */
  readonly failed?: number | undefined;
  /** Tasks that may be worked on at once. */
  readonly concurrency?: number | undefined;
  /** How long the task at the head has waited, in seconds. */
  readonly oldestAge?: number | undefined;
}

/** The state and the counters (since the start) of a circuit breaker. */
export interface BreakerStats {
  /** `isolated` is one that was opened by hand. */
  readonly state: 'closed' | 'open' | 'half_open' | 'isolated';
  readonly successes?: number | undefined;
  readonly failures?: number | undefined;
  readonly timeouts?: number | undefined;
  /** Calls that were not made, because it was open or full. */
  readonly rejections?: number | undefined;
  readonly fallbacks?: number | undefined;
}

/** Knows one library: whether an object is its, and how to read it. */
export interface Reader<Stats> {
  /** The library's name, for error messages. */
  readonly library: string;
  matches(target: object): boolean;
  /**
   * Reads the figures: synchronous, cheap, without I/O; undefined once the target is closed for good, which ends its series.
   * It may throw; that is counted and gives no sample.
   */
  read(target: object): Stats | undefined;
  /** Called once when a target is registered, for libraries whose counters must be kept from outside. */
  attach?(target: object): void;
  /** The tiers of a cache that has several, in the order in which they are asked: each is registered by itself. */
  tiers?(target: object): readonly object[];
}

/** Knows the pools of one library. */
export interface PoolReader extends Reader<PoolStats> {
  /** What is pooled. @default 'database' */
  readonly family?: PoolFamily;
  /**
   * Tells the times of a pool from now on: called at most once for a target, where the application asks for them, since
   * it is in the way of each caller. Absent where the library gives no way to know them.
   */
  time?(target: object, timings: PoolTimings): void;
}

/** Finds the pool inside of what holds one, such as the pool of an ORM; undefined if it is nothing of the kind. */
export type Unwrapper = (target: object) => object | undefined;

/** The kinds of things that are probed. */
export type ProbeKind = 'pool' | 'cache' | 'queue' | 'breaker';

/** What was registered: the target, unwrapped, and its reader; none for a function that returns the figures. */
export interface Registered<Known> {
  readonly target: object;
  readonly reader: Known | undefined;
}
