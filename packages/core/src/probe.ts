import { AttributeSet } from './attributes.ts';
import { OutriderError, show } from './errors.ts';
import type { MetricVisitor } from './metric-source.ts';

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

/** Knows one library: whether an object is its, and how to read it. */
export interface Reader<Stats> {
  /** The library's name, for error messages. */
  readonly library: string;
  matches(target: object): boolean;
  /** Reads the figures: synchronous, cheap, without I/O. It may throw; that is counted and gives no sample. */
  read(target: object): Stats;
  /** Called once when a target is registered, for libraries whose counters must be kept from outside. */
  attach?(target: object): void;
}

/** The two kinds of things that are probed. */
export type ProbeKind = 'pool' | 'cache';

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
    return live === undefined ? GONE : reader.read(live);
  };
}

// What is neither a finite number nor a truth value is no figure.
function figures<Stats extends object>(stats: Stats): Stats {
  return Object.fromEntries(
    Object.entries(stats).filter(([, value]) => typeof value === 'boolean' || Number.isFinite(value)),
  ) as Stats;
}

/** Registered targets of one kind. What they hold they hold weakly: a pool that is dropped ends its series. */
export class Probes<Stats extends object> {
  readonly #kind: ProbeKind;
  readonly #readers: Reader<Stats>[] = [];
  readonly #probes = new Map<string, Probe<Stats>>();

  constructor(kind: ProbeKind) {
    this.#kind = kind;
  }

  addReaders(readers: readonly Reader<Stats>[]): void {
    for (const reader of readers) if (!this.#readers.includes(reader)) this.#readers.push(reader);
  }

  /**
   * Registers a target under a name; a second target of the same name takes the place of the first, as it does when a
   * module is loaded again.
   *
   * @throws {OutriderError} OUTRIDER_PROBE_NAME, OUTRIDER_PROBE_TARGET
   */
  add(target: object | (() => Stats), key: string, name: string): void {
    if (typeof name !== 'string' || name.length === 0 || name.length > 128) {
      throw new OutriderError('OUTRIDER_PROBE_NAME', { kind: this.#kind, value: show(name) });
    }
    this.#probes.set(key, {
      name,
      errors: new AttributeSet({ probe: `${this.#kind}:${key}` }),
      read: this.#readerOf(target, name),
      failures: 0,
    });
  }

  #readerOf(target: object | (() => Stats), name: string): () => Stats | typeof GONE {
    const known = (typeof target === 'object' && target !== null) || typeof target === 'function';
    const reader = known ? this.#readers.find((candidate) => candidate.matches(target)) : undefined;
    if (reader !== undefined) {
      reader.attach?.(target);
      return weakly(target, reader);
    }
    if (typeof target === 'function') return target as () => Stats;
    const libraries = this.#readers.map(({ library }) => library);
    throw new OutriderError('OUTRIDER_PROBE_TARGET', {
      kind: this.#kind,
      name: show(name),
      value: show(target),
      accepted: libraries.length > 0 ? libraries.join(', ') : 'nothing yet: call getObserver() of @outrider/probes',
    });
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

  /** Tells `outrider.probe.errors` of every target. */
  collectErrors(visitor: MetricVisitor): void {
    for (const probe of this.#probes.values()) visitor.number(probe.errors, probe.failures);
  }
}
