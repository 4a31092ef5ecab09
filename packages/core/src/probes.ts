import { AttributeSet } from './attributes.ts';
import { OutriderError, show } from './errors.ts';
import type { MetricVisitor } from './metric-source.ts';
import type { ProbeKind, Reader, Registered, Unwrapper } from './probe.ts';
import { warnOnce } from './warn.ts';

interface Probe<Stats> {
  readonly name: string;
  readonly errors: AttributeSet;
  /** The figures; {@link GONE} once the target is. */
  readonly read: () => Stats | typeof GONE;
  failures: number;
  /** Whether the last reading or look failed. */
  failing: boolean;
}

/** What else happens where a target is registered. */
export interface Registration<Stats, Known> {
  /** Gives figures that go before those of the target. */
  readonly also?: (() => Partial<Stats>) | undefined;
  /** Called before the target takes its place, if it does: where it throws, nothing is registered. */
  readonly onFound?: (found: Registered<Known>) => void;
}

/** Targets of one kind at the most, so that names made up at run time cannot fill the memory. */
const MAX_TARGETS = 1000;

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

// What its owner knows of a target better than the library does.
function completed<Stats extends object>(
  read: () => Stats | typeof GONE,
  also: () => Partial<Stats>,
): () => Stats | typeof GONE {
  return () => {
    const stats = read();
    return typeof stats === 'object' && stats !== null ? { ...stats, ...also() } : stats;
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
  readonly #enabled: boolean;
  readonly #onGone: (key: string) => void;
  readonly #readers: Known[] = [];
  readonly #unwrappers: Unwrapper[] = [];
  readonly #probes = new Map<string, Probe<Stats>>();

  /**
   * @param enabled whether anything is registered at all; names and targets are checked all the same
   * @param onGone called with the key of a target that is gone, so that nothing is kept of it
   */
  constructor(kind: ProbeKind, enabled: boolean, onGone: (key: string) => void) {
    this.#kind = kind;
    this.#enabled = enabled;
    this.#onGone = onGone;
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
  add(
    given: object | (() => Stats),
    key: string,
    name: string,
    { also, onFound }: Registration<Stats, Known> = {},
  ): void {
    if (typeof name !== 'string' || name.length === 0 || name.length > 128) {
      throw new OutriderError('OUTRIDER_PROBE_NAME', { kind: this.#kind, value: show(name) });
    }
    const found = this.find(given, name);
    if (!this.#enabled) return;
    if (this.#probes.size >= MAX_TARGETS && !this.#probes.has(key)) {
      // Without the name: there may be any number of them.
      warnOnce(`${MAX_TARGETS} targets are registered by ${this.#kind}(): further ones are not told`);
      return;
    }
    const { target, reader } = found;
    reader?.attach?.(target);
    onFound?.(found);
    const read = reader === undefined ? (target as () => Stats) : weakly(target, reader);
    this.#probes.set(key, {
      name,
      errors: new AttributeSet({ probe: `${this.#kind}:${key}` }),
      read: also === undefined ? read : completed(read, also),
      failures: 0,
      failing: false,
    });
  }

  /** The tiers of a target that has several, none of any other. */
  tiersOf(given: object | (() => Stats)): readonly object[] {
    if (typeof given !== 'object' || given === null) return [];
    return this.#readers.find((reader) => reader.matches(given))?.tiers?.(given) ?? [];
  }

  /**
   * The target inside of what is given, and its reader.
   *
   * @throws {OutriderError} OUTRIDER_PROBE_TARGET
   */
  find(given: object | (() => Stats), name: string): Registered<Known> {
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
      // A text may well be the address of a database, with its password.
      value: typeof given === 'string' ? 'a string' : show(given),
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
      const stats = this.#ask(key, probe, figures);
      if (stats !== undefined) readings.push({ key, name: probe.name, stats });
      else if (probe.failing) probe.failures++;
    }
    return readings;
  }

  /**
   * One figure of what every target says now, without counting the errors: for a look between two readings. One that
   * failed is not asked until it has been read again, since throwing is dear.
   */
  peek<Figure>(figure: (stats: Stats) => Figure | undefined): Array<{ key: string; figure: Figure }> {
    const looks: Array<{ key: string; figure: Figure }> = [];
    for (const [key, probe] of this.#probes) {
      const told = probe.failing ? undefined : this.#ask(key, probe, figure);
      if (told !== undefined) looks.push({ key, figure: told });
    }
    return looks;
  }

  // What is taken of the figures is taken in here: they may have getters that throw.
  #ask<Told>(key: string, probe: Probe<Stats>, take: (stats: Stats) => Told): Told | undefined {
    try {
      const stats = probe.read();
      if (stats === GONE) {
        probe.failing = false;
        this.#probes.delete(key);
        this.#onGone(key);
        return undefined;
      }
      // Of an async function: too late to be told, and nobody else would handle its rejection.
      if (stats instanceof Promise) stats.catch(() => {});
      probe.failing = typeof stats !== 'object' || stats === null || stats instanceof Promise;
      return probe.failing ? undefined : take(stats);
    } catch {
      probe.failing = true;
      return undefined;
    }
  }

  /** Tells `outrider.probe.errors` of every target. */
  collectErrors(visitor: MetricVisitor): void {
    for (const probe of this.#probes.values()) visitor.number(probe.errors, probe.failures);
  }
}
