import type { Metric } from '../metric.ts';
import { fitPoints, pointKeys } from './points.ts';
import type { Session } from './session.ts';
import { fitWeight, weightOf } from './weight.ts';

/** How much may be held, asked each time. */
export interface RoomLimits {
  /** Points, over all sessions. */
  readonly seriesLimit: number;
  /** Bytes, roughly (`weight.ts`), over all sessions. */
  readonly weightLimit: number;
}

/**
 * What all sessions hold together, and what there is room for beside it. Counts of processes that are gone give way to the
 * living.
 */
export class Room {
  readonly #limits: RoomLimits;
  readonly #forget: (session: Session) => void;
  /** All that have counts of processes that are gone, and some that had. */
  readonly #releasable = new Set<Session>();
  // Looking for what to drop, and finding nothing, takes long with many sessions: once a push is enough.
  #hasReleasedAll = false;
  #series = 0;
  #weight = 0;
  #tooMany = 0;
  #tooHeavy = 0;

  /** @param forget called for a session of which nothing is left */
  constructor(limits: RoomLimits, forget: (session: Session) => void) {
    this.#limits = limits;
    this.#forget = forget;
  }

  /** Points held. */
  get series(): number {
    return this.#series;
  }

  /** Points since the push began that there was no place for. */
  get tooMany(): number {
    return this.#tooMany;
  }

  /** Points since the push began that there was a place for, but no bytes. */
  get tooHeavy(): number {
    return this.#tooHeavy;
  }

  get isOverweight(): boolean {
    return this.#weight > this.#limits.weightLimit;
  }

  /** Begins a push. */
  begin(): void {
    this.#hasReleasedAll = false;
    this.#tooMany = 0;
    this.#tooHeavy = 0;
  }

  /** Counts what a session holds, and the base with which it begins. */
  add(session: Session): void {
    if (session.base.series > 0) this.#releasable.add(session);
    this.#count(session, 1);
  }

  /** Counts a session no more. */
  remove(session: Session): void {
    this.#count(session, -1);
    this.#releasable.delete(session);
  }

  /** Changes what a session holds. */
  change(session: Session, action: () => void): void {
    this.#count(session, -1);
    action();
    this.#count(session, 1);
  }

  /** Notes that the process of a session has gone. */
  mayRelease(session: Session): void {
    this.#releasable.add(session);
    this.#hasReleasedAll = false;
  }

  /** Puts as much of a metric into a session as there is room for. */
  put(session: Session, metric: Metric): void {
    const others = this.#series - session.seriesOf(metric);
    const most = metric.points.length + session.base.seriesOf(metric);
    const fitting = others + most <= this.#limits.seriesLimit ? metric : this.#fit(session, metric, others);
    const kept = this.#lighten(session, fitting);
    this.#tooMany += metric.points.length - fitting.points.length;
    this.#tooHeavy += fitting.points.length - kept.points.length;
    this.change(session, () => session.replace(kept));
  }

  #count(session: Session, sign: 1 | -1): void {
    this.#series += sign * session.series;
    this.#weight += sign * session.weight;
  }

  /** What of a metric there is a place for, beside `others`. */
  #fit(session: Session, metric: Metric, others: number): Metric {
    const coming = new Set(pointKeys(metric));
    const alone = [...session.base.keysOf(metric)].filter((key) => !coming.has(key));
    const room = this.#limits.seriesLimit - others - alone.length;
    const released = this.#release(metric.points.length - room, session, metric);
    return fitPoints(metric, session.keysOf(metric), room + released);
  }

  /** What of a metric there are bytes for. */
  #lighten(session: Session, metric: Metric): Metric {
    const held = session.weightOf(metric);
    const weight = weightOf(metric);
    const { weightLimit } = this.#limits;
    if (this.#weight - held + weight <= weightLimit) return metric;
    const { continuedWeight } = session.continuedBy(metric);
    if (this.#weight - held + weight - continuedWeight <= weightLimit) return metric;
    this.#release(metric.points.length, session, metric);
    const room = weightLimit - this.#weight + held + continuedWeight;
    return weight <= room ? metric : fitWeight(metric, session.keysOf(metric), room);
  }

  #release(count: number, taker: Session, coming: Metric): number {
    if (this.#hasReleasedAll) return 0;
    let released = 0;
    for (const session of this.#releasable) {
      if (released >= count) break;
      this.change(session, () => {
        released += session.release(count - released, session === taker ? [coming] : []);
      });
      if (session.presence.isPresent) {
        if (session.base.series === 0) this.#releasable.delete(session);
      } else if (session.series === 0) this.#forget(session);
    }
    this.#hasReleasedAll = released < count;
    return released;
  }
}
