import { AttributeSet } from './attributes.ts';
import { OutriderError, show } from './errors.ts';
import type { MetricVisitor } from './metric-source.ts';
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

interface Probe<Stats> {
  readonly name: string;
  readonly errors: AttributeSet;
  /** The figures; {@link GONE} once the target is. */
  readonly read: () => Stats | typeof GONE;
  failures: number;
}

const GONE = Symbol('gone');

// A function of its own: a closure in the place of the call would hold the target itself, because V8 keeps one scope for
// all closures of a function.
function weakly<Stats>(target: object, reader: Reader<Stats>): () => Stats | typeof GONE {
  const reference = new WeakRef(target);
  return () => {
    const live = reference.deref();
    return live === undefined ? GONE : (reader.read(live) ?? GONE);
  };
}

// What is neither a finite number nor a truth value is no figure; a state is judged by who tells it.
function figures<Stats extends object>(stats: Stats): Stats {
  return Object.fromEntries(
    Object.entries(stats).filter(
      ([name, value]) => typeof value === 'boolean' || Number.isFinite(value) || name === 'state',
    ),
  ) as Stats;
}

/** Registered targets of one kind. What they hold they hold weakly: a pool that is dropped ends its series. */
export class Probes<Stats extends object, Known extends Reader<Stats> = Reader<Stats>> {
  readonly #kind: ProbeKind;
  readonly #readers: Known[] = [];
  readonly #unwrappers: Unwrapper[] = [];
  readonly #probes = new Map<string, Probe<Stats>>();

  constructor(kind: ProbeKind) {
    this.#kind = kind;
  }

  addReaders(readers: readonly Known[], unwrappers: readonly Unwrapper[] = []): void {
    for (const reader of readers) if (!this.#readers.includes(reader)) this.#readers.push(reader);
    for (const unwrap of unwrappers) if (!this.#unwrappers.includes(unwrap)) this.#unwrappers.push(unwrap);
  }

  /**
   * Registers a target under a name; a second target of the same name takes the place of the first, as it does when a
   * module is loaded again.
   *
   * @throws {OutriderError} OUTRIDER_PROBE_NAME, OUTRIDER_PROBE_TARGET
   */
  add(given: object | (() => Stats), key: string, name: string): Registered<Known> {
    if (typeof name !== 'string' || name.length === 0 || name.length > 128) {
      throw new OutriderError('OUTRIDER_PROBE_NAME', { kind: this.#kind, value: show(name) });
    }
    const found = this.#find(given, name);
    const { target, reader } = found;
    reader?.attach?.(target);
    this.#probes.set(key, {
      name,
      errors: new AttributeSet({ probe: `${this.#kind}:${key}` }),
      read: reader === undefined ? (target as () => Stats) : weakly(target, reader),
      failures: 0,
    });
    return found;
  }

  #find(given: object | (() => Stats), name: string): Registered<Known> {
    const known = (typeof given === 'object' && given !== null) || typeof given === 'function';
    // What holds a pool may hold another that holds it: at most a few, and never in a circle.
    for (let target: object | undefined = known ? given : undefined, depth = 0; target && depth < 4; depth++) {
      const layer: object = target;
      const reader = this.#readers.find((candidate) => candidate.matches(layer));
      if (reader !== undefined) return { target: layer, reader };
      target = this.#unwrap(layer);
    }
    if (typeof given === 'function') return { target: given, reader: undefined };
    const libraries = this.#readers.map(({ library }) => library);
    throw new OutriderError('OUTRIDER_PROBE_TARGET', {
      kind: this.#kind,
      name: show(name),
      value: show(given),
      accepted: libraries.length > 0 ? libraries.join(', ') : 'nothing yet: call getObserver() of @outrider/probes',
    });
  }

  #unwrap(target: object): object | undefined {
    for (const unwrap of this.#unwrappers) {
      const inner = unwrap(target);
      if (typeof inner === 'object' && inner !== null) return inner;
    }
    return undefined;
  }

  /** What every target says now. One that throws gives no figures and counts an error; one that is gone is dropped. */
  read(): Array<{ key: string; name: string; stats: Stats }> {
    const readings: Array<{ key: string; name: string; stats: Stats }> = [];
    for (const [key, probe] of this.#probes) {
      try {
        const stats = probe.read();
        if (stats === GONE) this.#probes.delete(key);
        else if (typeof stats === 'object' && stats !== null)
          readings.push({ key, name: probe.name, stats: figures(stats) });
        else probe.failures++;
      } catch {
        probe.failures++;
      }
    }
    return readings;
  }

  /** What every target says now, without counting the errors: for a look between two readings. */
  peek(): Array<{ key: string; stats: Stats }> {
    const looks: Array<{ key: string; stats: Stats }> = [];
    for (const [key, probe] of this.#probes) {
      try {
        const stats = probe.read();
        if (stats !== GONE && typeof stats === 'object' && stats !== null) looks.push({ key, stats });
      } catch {
        // The next reading counts it.
      }
    }
    return looks;
  }

  /** Tells `outrider.probe.errors` of every target. */
  collectErrors(visitor: MetricVisitor): void {
    for (const probe of this.#probes.values()) visitor.number(probe.errors, probe.failures);
  }
}
