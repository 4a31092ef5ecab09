import type { Attributes, Metric } from '../metric.ts';
import type { SlowRequest } from '../slow-request.ts';
import type { DropReason, MetricSink, ResourceMetrics } from '../receivers/decoded.ts';
import { catalogued } from './catalogued.ts';
import { identify, saysGoodbye } from './identity.ts';
import { fitPoints, joinPoints, metricKey } from './points.ts';
import { Session } from './session.ts';
import type { SessionState } from './session.ts';

/** What an outlet sees of a session. */
export interface SessionView {
  readonly service: string;
  /** Slot 0…N-1 within the service: the label `worker`. */
  readonly worker: number;
  readonly state: SessionState;
  readonly resource: Attributes;
  readonly metrics: readonly Metric[];
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
 * All metrics are cumulative, so a push replaces what the process pushed before, metric by metric. Each live session
 * holds the lowest free slot of its service; a process that starts again takes over the slot of one that is gone, so
 * that a restart continues its series instead of adding new ones.
 */
export class Store implements MetricSink {
  readonly seriesLimit: number;
  readonly #clock: () => number;
  readonly #sessions = new Map<string, Session>();
  #series = 0;
  #seen = false;
  #view: StoreView | undefined;

  constructor(options: StoreOptions) {
    this.seriesLimit = options.seriesLimit;
    this.#clock = options.clock;
  }

  /** Takes in the points of one request and returns how many it had no room for. */
  push(resources: readonly ResourceMetrics[]): ReadonlyMap<DropReason, number> {
    const now = this.#clock();
    this.#advance(now);
    let refused = 0;
    for (const { key, service, resource, metrics, slowRequests } of byProcess(resources)) {
      const session = this.#sessions.get(key) ?? this.#open(key, service, resource, metrics);
      if (session === undefined) continue;
      this.#seen = true;
      session.pushed(now);
      session.resource = resource;
      session.slowRequests = slowRequests ?? session.slowRequests;
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

  #open(key: string, service: string, resource: Attributes, metrics: readonly Metric[]): Session | undefined {
    if (metrics.length === 0) return undefined;
    const held = new Map<number, Session>();
    for (const session of this.#sessions.values()) if (session.service === service) held.set(session.worker, session);
    let worker = 0;
    while (held.get(worker)?.state === 'live') worker += 1;
    const gone = held.get(worker);
    if (gone !== undefined) this.#forget(gone);
    const session = new Session(key, service, worker, resource);
    this.#sessions.set(key, session);
    return session;
  }

  #apply(session: Session, metric: Metric): number {
    const before = session.previous(metric);
    const kept = fitPoints(metric, before, this.seriesLimit - this.#series + (before?.points.length ?? 0));
    this.#series -= session.series;
    session.replace(kept);
    this.#series += session.series;
    return metric.points.length - kept.points.length;
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
    this.#series -= session.series;
    this.#sessions.delete(session.key);
    this.#view = undefined;
  }
}

function viewOf({ service, worker, state, resource, metrics, slowRequests }: Session): SessionView {
  return { service, worker, state, resource, metrics, slowRequests };
}

interface ProcessMetrics {
  readonly key: string;
  readonly service: string;
  readonly resource: Attributes;
  readonly metrics: readonly Metric[];
  readonly slowRequests: readonly SlowRequest[] | undefined;
}

/** The metrics of one request by process, each metric once, whatever scopes and resource entries it was spread over. */
function byProcess(resources: readonly ResourceMetrics[]): ProcessMetrics[] {
  const processes = new Map<string, ProcessMetrics & { readonly byName: Map<string, Metric> }>();
  for (const { resource, metrics, slowRequests } of resources) {
    const { key, service } = identify(resource);
    const byName = processes.get(key)?.byName ?? new Map<string, Metric>();
    for (const pushed of metrics) {
      if (pushed.points.length === 0) continue;
      const metric = catalogued(pushed);
      const id = metricKey(metric);
      const first = byName.get(id);
      byName.set(id, first === undefined ? metric : joinPoints(first, metric));
    }
    processes.set(key, { key, service, resource, byName, metrics: [], slowRequests });
  }
  return [...processes.values()].map(({ byName, ...process }) => ({ ...process, metrics: [...byName.values()] }));
}
