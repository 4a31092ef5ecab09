import { HistogramMetric, NumberMetric, getObserver } from '@outrider/core';
import type { MetricSource, MetricVisitor, Observer } from '@outrider/core';
import { metricDefinition } from '@outrider/core/catalogue';
import { checkCount, checkMilliseconds, checkName } from './instrument-options.ts';

const KINDS_LIMIT = 100;
const MAX_ACTIVE = 100_000;

/** Bucket bounds of user sessions, in seconds: a second to a day. */
const SESSION_BOUNDS: readonly number[] = [1, 10, 30, 60, 300, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400];

/** What sessions these are, and when they are over. */
export interface UserSessionsOptions {
  /** What they are of, such as `visitor` or `editor`: a label. */
  readonly kind: string;
  /** A session without activity for this long is over, in milliseconds. */
  readonly idleMs: number;
  /** Beyond it, the session that has been without activity the longest is over. @default 100000 */
  readonly maxActive?: number | undefined;
  /** @default the observer of the process */
  readonly observer?: Observer | undefined;
  /** A monotonic clock, in milliseconds. @default performance.now */
  readonly now?: (() => number) | undefined;
}

/** An id that tells sessions apart; it stays in memory, and is told to nobody. */
export type SessionId = string | number;

/** The sessions of one kind. */
export interface UserSessions {
  /** Somebody was active: begins a session or continues it. Nothing happens without an id. */
  touch(id: SessionId | null | undefined): void;
  /** Somebody left, which is the last activity of the session. Nothing happens where there is none. */
  end(id: SessionId | null | undefined): void;
}

interface Session {
  readonly began: number;
  last: number;
}

interface Expiring {
  /** Ends the sessions that are over by now. */
  expire(): void;
}

/** The sessions of all kinds, of one observer. */
class SessionSource implements MetricSource {
  readonly active: NumberMetric;
  readonly duration: HistogramMetric;
  /** Those that have sessions; the others need nobody to end any, and may be collected. */
  readonly busy = new Set<Expiring>();

  constructor({ budget }: Observer) {
    this.active = new NumberMetric(metricDefinition('session.active'), budget, KINDS_LIMIT);
    this.duration = new HistogramMetric(metricDefinition('session.duration'), SESSION_BOUNDS, budget, KINDS_LIMIT);
  }

  // A session ends by time alone: looking when somebody reads saves a timer, and every reader finds the same.
  collect(visitor: MetricVisitor): void {
    for (const sessions of this.busy) sessions.expire();
    this.active.collect(visitor);
    this.duration.collect(visitor);
  }
}

const sources = new WeakMap<Observer, SessionSource>();

function sourceOf(observer: Observer): SessionSource {
  let source = sources.get(observer);
  if (source === undefined) {
    source = new SessionSource(observer);
    sources.set(observer, source);
    observer.addSource(source);
  }
  return source;
}

class TrackedSessions implements UserSessions, Expiring {
  // In the order of their last activity: a Map keeps the order of insertion, and each activity inserts anew.
  readonly #sessions = new Map<SessionId, Session>();
  readonly #source: SessionSource;
  readonly #activeSeries: number;
  readonly #durationSeries: number;
  readonly #idleMs: number;
  readonly #maxActive: number;
  readonly #now: () => number;

  constructor(source: SessionSource, kind: string, idleMs: number, maxActive: number, now: () => number) {
    this.#source = source;
    this.#activeSeries = source.active.series({ 'session.kind': kind });
    this.#durationSeries = source.duration.series({ 'session.kind': kind });
    this.#idleMs = idleMs;
    this.#maxActive = maxActive;
    this.#now = now;
  }

  touch(id: SessionId | null | undefined): void {
    if (id === undefined || id === null) return;
    this.expire();
    const now = this.#now();
    const session = this.#sessions.get(id);
    if (session === undefined) {
      this.#makeRoom();
      this.#sessions.set(id, { began: now, last: now });
      this.#source.active.add(this.#activeSeries, 1);
      this.#source.busy.add(this);
      return;
    }
    session.last = now;
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
  }

  end(id: SessionId | null | undefined): void {
    if (id === undefined || id === null) return;
    this.expire();
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    session.last = this.#now();
    this.#end(id, session);
  }

  expire(): void {
    const over = this.#now() - this.#idleMs;
    for (const [id, session] of this.#sessions) {
      if (session.last > over) return;
      this.#end(id, session);
    }
  }

  #makeRoom(): void {
    if (this.#sessions.size < this.#maxActive) return;
    for (const [id, session] of this.#sessions) {
      this.#end(id, session);
      return;
    }
  }

  #end(id: SessionId, { began, last }: Session): void {
    this.#sessions.delete(id);
    this.#source.active.add(this.#activeSeries, -1);
    this.#source.duration.record(this.#durationSeries, (last - began) / 1000);
    if (this.#sessions.size === 0) this.#source.busy.delete(this);
  }
}

/**
 * Counts the user sessions that are not over (`session.active`) and measures those that are (`session.duration`), from
 * the first to the last activity: a single one lasts no time.
 *
 * @throws {OutriderError} OUTRIDER_OPTION
 * @example
 * const visitors = userSessions({ kind: 'visitor', idleMs: 30 * 60_000 });
 * visitors.touch('the id of a session');
 */
export function userSessions(options: UserSessionsOptions): UserSessions {
  const { kind, idleMs, maxActive = MAX_ACTIVE, observer = getObserver(), now = () => performance.now() } = options;
  checkName('kind', kind);
  checkMilliseconds('idleMs', idleMs);
  checkCount('maxActive', maxActive);
  // Where nobody reads, sessions would be kept for nothing.
  if (!observer.enabled) return { touch: () => {}, end: () => {} };
  return new TrackedSessions(sourceOf(observer), kind, idleMs, maxActive, now);
}
