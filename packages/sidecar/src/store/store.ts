import type { Attributes, Metric } from '../metric.ts';
import type { LimitName } from '../limit-counts.ts';
import type { DropReason, MetricSink, ResourceMetrics } from '../receivers/decoded.ts';
import type { PushSender } from '../receivers/push-sender.ts';
import type { Base } from './base.ts';
import { summed } from './delta-sums.ts';
import { Connections } from './connections.ts';
import { Departures, haveFallen } from './departures.ts';
import { goodbyeOf, isThread, valueOf } from './identity.ts';
import type { Identity } from './identity.ts';
import type { OomKills } from './oom-kills.ts';
import { RECONNECTION_MS } from './presence.ts';
import type { SessionState } from './presence.ts';
import { byProcess } from './process-metrics.ts';
import { Room } from './room.ts';
import { Session } from './session.ts';
import { Services } from './services.ts';
import type { ServiceLimits } from './services.ts';
import type { ExitReason } from './exit-reason.ts';
import { Slots } from './slots.ts';
import { viewOf } from './view.ts';
import type { StoreView } from './view.ts';

export type { SessionView, StoreView } from './view.ts';

export interface StoreOptions {
  /** The most points held, over all sessions. */
  readonly seriesLimit: number;
  /** Roughly the most bytes held, as `weight.ts` counts them. @default no limit */
  readonly weightLimit?: number;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Milliseconds since 1970. @default Date.now */
  readonly wallClock?: () => number;
  /** How much is remembered of services, asked each time. */
  readonly services?: () => ServiceLimits;
  /** Called when a limit was reached, with how often: for `series`, once a point that there was no room for. */
  readonly onLimit?: (limit: LimitName, times: number) => void;
  /** Tells whether the kernel killed for want of memory; without it, nobody knows. */
  readonly oomKills?: Pick<OomKills, 'look' | 'take'>;
}

/** How long a session that is gone is kept for its last counts to be read, where no other one of its service lives. */
const KEPT_AFTER_SILENCE_MS = 300_000;
// A timer of Node.js can fire a little early.
const TIMER_SLACK_MS = 10;

/**
 * The last state of every process that pushes.
 *
 * All metrics are cumulative, or summed up as they come in, so a push replaces what the process pushed before, metric by
 * metric, and of an application of Outrider all gauges. Each live session holds the lowest free slot of its service; a
 * process that starts again takes over the slot of one that is gone, so that a restart continues its series instead of
 * adding new ones. What was counted there is the base that the new one counts on from: a reader that looks every few
 * seconds misses nothing, and sees no counter fall.
 *
 * A process can push for itself and through an SDK, which are two sessions and tell the same requests twice. Only a
 * session of the same SDK takes over a slot, so that the two do not mix in a base.
 */
export class Store implements MetricSink {
  /** Series it may hold; what it holds already stays until it is told anew. */
  seriesLimit: number;
  /** Roughly the bytes it may hold. */
  weightLimit: number;
  readonly #clock: () => number;
  readonly #sessions = new Map<string, Session>();
  readonly #slots = new Slots();
  readonly #departures: Departures;
  readonly #services: Services;
  readonly #oomKills: StoreOptions['oomKills'];
  readonly #onLimit: StoreOptions['onLimit'];
  readonly #connections = new Connections((sessions, byPeer) => this.#disconnected(sessions, byPeer));
  readonly #room = new Room(this, (session) => this.#forget(session));
  #seen = false;
  #view: StoreView | undefined;

  constructor(options: StoreOptions) {
    this.seriesLimit = options.seriesLimit;
    this.weightLimit = options.weightLimit ?? Infinity;
    this.#clock = options.clock;
    this.#departures = new Departures(this);
    this.#services = new Services(options.wallClock ?? Date.now, options.services, options.onLimit);
    this.#onLimit = options.onLimit;
    this.#oomKills = options.oomKills;
  }

  /** Takes in the points of one request and returns how many it had no room for. */
  push(resources: readonly ResourceMetrics[], sender?: PushSender): ReadonlyMap<DropReason, number> {
    const now = this.#clock();
    this.#advance(now);
    this.#room.begin();
    let duplicated = 0;
    for (const { identity, resource, metrics, slowRequests } of byProcess(resources)) {
      const held = this.#sessions.get(identity.key);
      // A container that starts again can have the id and pid of one that is gone.
      const isSame = held !== undefined && (held.presence.isPresent || !haveFallen(held.toldAgain, metrics));
      const session = isSame ? held : this.#open(identity, resource, metrics);
      if (session === undefined) continue;
      this.#seen = true;
      session.presence.pushed(now);
      this.#connect(session, sender);
      this.#describe(session, resource, slowRequests ?? session.slowRequests);
      // Only an application of Outrider tells them, and it tells all that it has in one push: a gauge of which the last
      // point is gone, such as that of a closed pool, is not in it any more.
      if (slowRequests !== undefined) this.#retain(session, metrics);
      for (const pushed of metrics) {
        const { metric, duplicates } = summed(pushed, session.ownOf(pushed));
        this.#room.put(session, metric);
        duplicated += duplicates;
      }
      if (session.series > 0) this.#services.heard(identity, resource, now);
      const goodbye = goodbyeOf(resource);
      if (goodbye !== undefined) this.#end(session, 'ended', goodbye, now);
      if (session.series === 0) this.#forget(session);
      this.#view = undefined;
    }
    const dropped = new Map<DropReason, number>();
    const { tooMany, tooHeavy } = this.#room;
    if (tooMany + tooHeavy > 0) dropped.set('too_many_series', tooMany + tooHeavy);
    if (tooMany > 0) this.#onLimit?.('series', tooMany);
    if (tooHeavy > 0) this.#onLimit?.('storedBytes', tooHeavy);
    if (duplicated > 0) dropped.set('duplicate_delta', duplicated);
    return dropped;
  }

  /** What is held now. The same object is returned for as long as nothing changes. */
  view(): StoreView {
    this.#advance(this.#clock());
    this.#view ??= {
      sessions: [...this.#sessions.values()]
        .map(viewOf)
        .toSorted((a, b) => (a.service === b.service ? a.worker - b.worker : a.service < b.service ? -1 : 1)),
      services: this.#services.view(this.#sessions.values()),
      live: [...this.#sessions.values()].filter(({ state }) => state === 'live').length,
      series: this.#room.series,
      seen: this.#seen,
    };
    return this.#view;
  }

  #open(identity: Identity, resource: Attributes, metrics: readonly Metric[]): Session | undefined {
    if (metrics.length === 0) return undefined;
    const { key, service } = identity;
    const worker = this.#sessions.get(key)?.worker ?? this.#slots.lowestFree(identity);
    const gone = this.#slots.at(service, worker);
    const session = new Session(identity, worker, [], gone && this.#retire(gone));
    const told = this.#departures.recall(key, metrics);
    // One that was counted before and only comes back is no start.
    if (told.length > 0) session.isExitCounted = true;
    else if (gone?.isExitCounted === true && !isThread(resource)) this.#services.restarted(service);
    for (const metric of told) session.base.subtract(metric);
    this.#sessions.set(key, session);
    this.#slots.hold(session);
    this.#room.add(session);
    return session;
  }

  /** Ends a session for its slot to be taken over, and returns the base for the successor. */
  #retire(session: Session): Base {
    this.#remove(session);
    const base = session.fold();
    this.#departures.remember(session.identity.key, session.toldAgain, base);
    return base;
  }

  #retain(session: Session, metrics: readonly Metric[]): void {
    this.#room.change(session, () => session.retain(metrics));
  }

  /** Notes what a session says beside its metrics, unless that is too much: then it is left as it was. */
  #describe(session: Session, resource: Attributes, slowRequests: Session['slowRequests']): void {
    const { weight, resource: before, slowRequests: slowBefore } = session;
    this.#room.change(session, () => Object.assign(session, { resource, slowRequests }));
    if (session.weight <= weight || !this.#room.isOverweight) return;
    this.#room.change(session, () => Object.assign(session, { resource: before, slowRequests: slowBefore }));
    this.#onLimit?.('storedBytes', 1);
  }

  #connect(session: Session, sender: PushSender | undefined): void {
    if (sender === undefined) return;
    session.presence.connected(sender.intervalMs);
    this.#connections.add(session, sender.connection);
  }

  #disconnected(sessions: readonly Session[], byPeer: boolean): void {
    for (const { presence } of sessions) presence.disconnected(byPeer, this.#clock());
    if (!byPeer) return;
    void this.#oomKills?.look();
    // After a pause of the sidecar, the push that came meanwhile is read first.
    const advance = () => setImmediate(() => this.#advance(this.#clock()));
    setTimeout(advance, RECONNECTION_MS + TIMER_SLACK_MS).unref();
  }

  #advance(now: number): void {
    const gone: Session[] = [];
    for (const session of this.#sessions.values()) {
      if (session.presence.hasHungUp(now)) this.#end(session, 'ended', this.#unsaidReason(session), now);
      else if (session.presence.isOverdue(now)) this.#end(session, 'stale', 'lost', now);
      else if (session.presence.isBlocked(now)) this.#leave(session, 'silent', now);
      if (!session.presence.isPresent && now - session.presence.goneSince >= KEPT_AFTER_SILENCE_MS) gone.push(session);
    }
    if (gone.length > 0) this.#expire(gone, now);
    if (this.#services.forget((service) => this.#slots.has(service), now)) this.#view = undefined;
  }

  /** What was counted is kept for as long as a process of the service lives, so that its totals never go back. */
  #expire(gone: readonly Session[], now: number): void {
    const recent = new Set<string>();
    for (const { identity, presence } of this.#sessions.values()) {
      if (presence.isPresent || now - presence.goneSince < KEPT_AFTER_SILENCE_MS) recent.add(identity.service);
    }
    for (const session of gone) {
      if (!recent.has(session.identity.service)) this.#forget(session);
      else if (session.slowRequests !== undefined) {
        this.#room.change(session, () => (session.slowRequests = undefined));
        this.#view = undefined;
      }
    }
  }

  /** Why a process ended that closed its connection without a word. */
  #unsaidReason({ resource }: Session): ExitReason {
    if (isThread(resource)) return 'killed';
    const ranOut = valueOf(resource, 'outrider.heap.nearly_full') === 'true';
    return ranOut || this.#oomKills?.take() === true ? 'out_of_memory' : 'killed';
  }

  /** Ends a session, and counts the end of its process, once. */
  #end(session: Session, state: 'stale' | 'ended', reason: ExitReason, now: number): void {
    this.#leave(session, state, now);
    this.#connections.forget(session);
    if (session.isExitCounted || session.isSidecars || isThread(session.resource)) return;
    session.isExitCounted = this.#services.exited(session.identity, session.resource, reason, now);
  }

  #leave(session: Session, state: Exclude<SessionState, 'live'>, now: number): void {
    this.#room.change(session, () => session.leave(state, now));
    if (!session.presence.isPresent) {
      this.#slots.left(session);
      this.#room.mayRelease(session);
    }
    this.#view = undefined;
  }

  #forget(session: Session): void {
    this.#remove(session);
    this.#departures.forget(session.base);
  }

  #remove(session: Session): void {
    this.#connections.forget(session);
    this.#room.remove(session);
    this.#sessions.delete(session.identity.key);
    this.#slots.release(session);
    this.#view = undefined;
  }
}
