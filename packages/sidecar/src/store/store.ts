import type { Attributes, Metric } from '../metric.ts';
import type { SlowRequest } from '../slow-request.ts';
import type { DropReason, MetricSink, ResourceMetrics } from '../receivers/decoded.ts';
import type { Base } from './base.ts';
import { catalogued } from './catalogued.ts';
import { Departures } from './departures.ts';
import { identify, saysGoodbye } from './identity.ts';
import type { Identity } from './identity.ts';
import { fitPoints, joinPoints, metricKey, pointKeys } from './points.ts';
import { Session } from './session.ts';
import type { SessionState } from './session.ts';

/** What an outlet sees of a session: one with those that had its slot before it. */
export interface SessionView {
  readonly service: string;
  /** Slot 0…N-1 within the service: the label `worker`. */
  readonly worker: number;
  readonly state: SessionState;
  readonly resource: Attributes;
  /** What the process told, its counts on top of those of the processes that had the slot before. */
  readonly metrics: readonly Metric[];
  /** The processes whose counts are in it, by host and id, as far as they said. */
  readonly processes: readonly string[];
  /** Its last slow requests; undefined if it never told any. */
  readonly slowRequests: readonly SlowRequest[] | undefined;
}

/** All sessions at one moment, by service and worker. */
export interface StoreView {
  readonly sessions: readonly SessionView[];
  /** Sessions that are live. */
  readonly live: number;
  /** Points held; a histogram counts as one. */
  readonly series: number;
  /** Whether any process ever pushed. */
  readonly seen: boolean;
}

export interface StoreOptions {
  /** The most points held, over all sessions. */
  readonly seriesLimit: number;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
}

/**
 * The last state of every process that pushes.
 *
 * All metrics are cumulative, so a push replaces what the process pushed before, metric by metric, and of an application
 * of Outrider all gauges. Each live session holds the lowest free slot of its service; a process that starts again takes
 * over the slot of one that is gone, so that a restart continues its series instead of adding new ones. What was counted
 * there is the base that the new one counts on from: a reader that looks every few seconds misses nothing, and sees no
 * counter fall.
 *
 * A process can push for itself and through an SDK, which are two sessions and tell the same requests twice. Only a
 * session of the same SDK takes over a slot, so that the two do not mix in a base.
 */
export class Store implements MetricSink {
  readonly seriesLimit: number;
  readonly #clock: () => number;
  readonly #sessions = new Map<string, Session>();
  readonly #departures: Departures;
  #series = 0;
  #seen = false;
  #view: StoreView | undefined;

  constructor(options: StoreOptions) {
    this.seriesLimit = options.seriesLimit;
    this.#clock = options.clock;
    this.#departures = new Departures(options.seriesLimit);
  }

  /** Takes in the points of one request and returns how many it had no room for. */
  push(resources: readonly ResourceMetrics[]): ReadonlyMap<DropReason, number> {
    const now = this.#clock();
    this.#advance(now);
    let refused = 0;
    for (const { identity, resource, metrics, slowRequests } of byProcess(resources)) {
      const session = this.#sessions.get(identity.key) ?? this.#open(identity, resource, metrics);
      if (session === undefined) continue;
      this.#seen = true;
      session.pushed(now);
      session.resource = resource;
      session.slowRequests = slowRequests ?? session.slowRequests;
      // Only an application of Outrider tells them, and it tells all that it has in one push: a gauge of which the last
      // point is gone, such as that of a closed pool, is not in it any more.
      if (slowRequests !== undefined) this.#retain(session, metrics);
      for (const metric of metrics) refused += this.#apply(session, metric);
      if (saysGoodbye(resource)) this.#leave(session, 'ended', now);
      if (session.series === 0) this.#forget(session);
      this.#view = undefined;
    }
    return new Map(refused > 0 ? [['too_many_series', refused]] : []);
  }

  /** What is held now. The same object is returned for as long as nothing changes. */
  view(): StoreView {
    this.#advance(this.#clock());
    this.#view ??= {
      sessions: [...this.#sessions.values()]
        .map(viewOf)
        .toSorted((a, b) => (a.service === b.service ? a.worker - b.worker : a.service < b.service ? -1 : 1)),
      live: [...this.#sessions.values()].filter(({ state }) => state === 'live').length,
      series: this.#series,
      seen: this.#seen,
    };
    return this.#view;
  }

  #open(identity: Identity, resource: Attributes, metrics: readonly Metric[]): Session | undefined {
    if (metrics.length === 0) return undefined;
    const { key, service, sdk } = identity;
    const held = new Map<number, Session>();
    for (const session of this.#sessions.values()) {
      if (session.identity.service === service) held.set(session.worker, session);
    }
    const isFree = (session: Session | undefined) =>
      session === undefined || (session.state !== 'live' && session.identity.sdk === sdk);
    let worker = 0;
    while (!isFree(held.get(worker))) worker += 1;
    const gone = held.get(worker);
    const session = new Session(identity, worker, resource, gone && this.#retire(gone));
    for (const metric of this.#departures.recall(key, metrics)) session.base.subtract(metric);
    this.#sessions.set(key, session);
    this.#series += session.series;
    return session;
  }

  /** Ends a session for its slot to be taken over, and returns the base for the successor. */
  #retire(session: Session): Base {
    this.#remove(session);
    const base = session.fold();
    this.#departures.remember(session.identity.key, session.own, base);
    return base;
  }

  #retain(session: Session, metrics: readonly Metric[]): void {
    this.#series -= session.series;
    session.retain(metrics);
    this.#series += session.series;
  }

  #apply(session: Session, metric: Metric): number {
    const others = this.#series - session.seriesOf(metric);
    const most = metric.points.length + session.base.seriesOf(metric);
    const kept = others + most <= this.seriesLimit ? metric : this.#fit(session, metric, others);
    this.#series -= session.series;
    session.replace(kept);
    this.#series += session.series;
    return metric.points.length - kept.points.length;
  }

  /** What of a metric there is room for, beside `others`. Counts of processes that are gone give way to the living. */
  #fit(session: Session, metric: Metric, others: number): Metric {
    const coming = new Set(pointKeys(metric));
    const alone = [...session.base.keysOf(metric)].filter((key) => !coming.has(key));
    const room = this.seriesLimit - others - alone.length;
    const released = this.#release(metric.points.length - room, session, metric);
    return fitPoints(metric, session.keysOf(metric), room + released);
  }

  #release(count: number, taker: Session, coming: Metric): number {
    let released = 0;
    for (const session of this.#sessions.values()) {
      if (released >= count) break;
      released += session.release(count - released, session === taker ? [coming] : []);
    }
    this.#series -= released;
    return released;
  }

  #advance(now: number): void {
    for (const session of this.#sessions.values()) {
      if (session.isOverdue(now)) this.#leave(session, 'stale', now);
      else if (session.isForgettable(now)) this.#forget(session);
    }
  }

  #leave(session: Session, state: 'stale' | 'ended', now: number): void {
    this.#series -= session.series;
    session.leave(state, now);
    this.#series += session.series;
    this.#view = undefined;
  }

  #forget(session: Session): void {
    this.#remove(session);
    this.#departures.forget(session.base);
  }

  #remove(session: Session): void {
    this.#series -= session.series;
    this.#sessions.delete(session.identity.key);
    this.#view = undefined;
  }
}

function viewOf({ identity, worker, state, resource, metrics, processes, slowRequests }: Session): SessionView {
  return { service: identity.service, worker, state, resource, metrics, processes, slowRequests };
}

interface ProcessMetrics {
  readonly identity: Identity;
  readonly resource: Attributes;
  readonly metrics: readonly Metric[];
  readonly slowRequests: readonly SlowRequest[] | undefined;
}

/** The metrics of one request by process, each metric once, whatever scopes and resource entries it was spread over. */
function byProcess(resources: readonly ResourceMetrics[]): ProcessMetrics[] {
  const processes = new Map<string, ProcessMetrics & { readonly byName: Map<string, Metric> }>();
  for (const { resource, metrics, slowRequests } of resources) {
    const identity = identify(resource);
    const byName = processes.get(identity.key)?.byName ?? new Map<string, Metric>();
    for (const pushed of metrics) {
      if (pushed.points.length === 0) continue;
      const metric = catalogued(pushed);
      const id = metricKey(metric);
      const first = byName.get(id);
      byName.set(id, first === undefined ? metric : joinPoints(first, metric));
    }
    processes.set(identity.key, { identity, resource, byName, metrics: [], slowRequests });
  }
  return [...processes.values()].map(({ byName, ...process }) => ({ ...process, metrics: [...byName.values()] }));
}
