import type { Attributes, Metric } from '../metric.ts';
import type { SlowRequest } from '../slow-request.ts';
import type { ServiceView } from './services.ts';
import type { Session, SessionState } from './session.ts';

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
  /** What the sidecar itself knows of the processes of each service, by service. */
  readonly services: readonly ServiceView[];
  /** Sessions that are live. */
  readonly live: number;
  /** Points held; a histogram counts as one. */
  readonly series: number;
  /** Whether any process ever pushed. */
  readonly seen: boolean;
}

/** What there is to see of a session now. */
export function viewOf({ identity, worker, state, resource, metrics, processes, slowRequests }: Session): SessionView {
  return { service: identity.service, worker, state, resource, metrics, processes, slowRequests };
}
