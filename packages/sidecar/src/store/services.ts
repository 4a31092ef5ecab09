import { numbers } from '../collectors/collector.ts';
import type { Attributes, Metric } from '../metric.ts';
import type { LimitName } from '../limit-counts.ts';
import { EXIT_REASONS } from './exit-reason.ts';
import type { ExitReason } from './exit-reason.ts';
import { processOf, valueOf } from './identity.ts';
import type { Identity } from './identity.ts';
import type { Session } from './session.ts';

/** What the sidecar itself knows of a service. */
export interface ServiceView {
  /** As in a session. */
  readonly service: string;
  /** `app.workers`, `app.process.exits`, `app.process.restarts`, `service.release.timestamp`. */
  readonly metrics: readonly Metric[];
}

interface Service {
  readonly exits: Map<ExitReason, number>;
  /** When each release was first seen, in seconds since 1970. */
  readonly releases: Map<string, number>;
  /** The processes that push by themselves, whatever SDK pushes for them, too. */
  readonly processes: Set<string>;
  restarts: number;
  /** Monotonic milliseconds of the last that was heard of it. */
  heardAt: number;
}

/** How much is remembered of services: their names and versions are the senders'. */
export interface ServiceLimits {
  readonly services: number;
  readonly releasesPerService: number;
  readonly processesPerService: number;
}

const serviceLimits: ServiceLimits = { services: 256, releasesPerService: 16, processesPerService: 1000 };

/** `telemetry.sdk.name` of Outrider's own push. */
const OUTRIDER = 'outrider';
const KEPT_AFTER_SILENCE_MS = 300_000;

/** How the processes of each service came and went. */
export class Services {
  readonly #services = new Map<string, Service>();
  readonly #wallClock: () => number;
  readonly #limits: () => ServiceLimits;
  readonly #onLimit: ((limit: LimitName, times: number) => void) | undefined;

  /**
   * @param wallClock milliseconds since 1970
   * @param limits asked each time
   * @param onLimit called when one of them was reached
   */
  constructor(
    wallClock: () => number,
    limits: () => ServiceLimits = () => serviceLimits,
    onLimit?: (limit: LimitName, times: number) => void,
  ) {
    this.#wallClock = wallClock;
    this.#limits = limits;
    this.#onLimit = onLimit;
  }

  /** Notes that a service pushes. Beyond the most at a time no new one is counted. */
  heard({ service: name, sdk }: Identity, resource: Attributes, now: number): void {
    let service = this.#services.get(name);
    if (service === undefined) {
      if (this.#services.size >= this.#limits().services) return this.#onLimit?.('services', 1);
      service = { exits: new Map(), releases: new Map(), processes: new Set(), restarts: 0, heardAt: now };
      this.#services.set(name, service);
    }
    service.heardAt = now;
    const process = processOf(resource);
    if (sdk === OUTRIDER && process !== undefined)
      this.#keepLast(service.processes.add(process), 'processesPerService');
    const version = valueOf(resource, 'service.version');
    if (!version || service.releases.has(version)) return;
    this.#keepLast(service.releases.set(version, this.#wallClock() / 1000), 'releasesPerService');
  }

  /**
   * Counts the end of a process: of one that pushes for itself, that, and not the end of what its SDK pushes.
   *
   * @returns whether it did
   */
  exited({ service: name, sdk }: Identity, resource: Attributes, reason: ExitReason, now: number): boolean {
    const service = this.#services.get(name);
    if (service === undefined) return false;
    service.heardAt = now;
    if (sdk !== OUTRIDER && service.processes.has(processOf(resource) ?? '')) return false;
    service.exits.set(reason, (service.exits.get(reason) ?? 0) + 1);
    return true;
  }

  /** Counts a process that took the place of one that had ended. */
  restarted(name: string): void {
    const service = this.#services.get(name);
    if (service !== undefined) service.restarts += 1;
  }

  /**
   * Forgets the services that were not heard of for five minutes.
   *
   * @param isHeld whether there are sessions of a service: it stays
   * @returns whether there were any
   */
  forget(isHeld: (service: string) => boolean, now: number): boolean {
    let any = false;
    for (const [name, { heardAt }] of this.#services) {
      if (now - heardAt >= KEPT_AFTER_SILENCE_MS && !isHeld(name)) any = this.#services.delete(name);
    }
    return any;
  }

  #keepLast(names: Set<string> | Map<string, unknown>, limit: 'releasesPerService' | 'processesPerService'): void {
    const [oldest] = names.keys();
    if (names.size <= this.#limits()[limit] || oldest === undefined) return;
    names.delete(oldest);
    this.#onLimit?.(limit, 1);
  }

  /** All services by name, with the states of these sessions. */
  view(sessions: Iterable<Session>): readonly ServiceView[] {
    const workers = Map.groupBy(sessions, ({ identity }) => identity.service);
    return [...this.#services]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, service]) => ({ service: name, metrics: metricsOf(service, workers.get(name) ?? []) }));
  }
}

function metricsOf({ exits, restarts, releases }: Service, sessions: readonly Session[]): Metric[] {
  const { live, silent } = countWorkers(sessions);
  return [
    numbers('app.workers', [
      [live, { state: 'live' }],
      [silent, { state: 'silent' }],
    ]),
    // All from the beginning: a rate over a count that begins with 1 does not see it.
    numbers(
      'app.process.exits',
      EXIT_REASONS.map((reason) => [exits.get(reason) ?? 0, { reason }]),
    ),
    numbers('app.process.restarts', [[restarts]]),
    numbers(
      'service.release.timestamp',
      [...releases].map(([version, seenAt]) => [seenAt, { 'service.version': version }]),
    ),
  ].filter(({ points }) => points.length > 0);
}

// One that pushes for itself and through an SDK is one. Of an SDK silence is not known.
function countWorkers(all: readonly Session[]): { readonly live: number; readonly silent: number } {
  const sessions = all.filter(({ isSidecars }) => !isSidecars);
  const live = new Set(sessions.filter(({ state }) => state === 'live').map(({ workerKey }) => workerKey));
  const silent = new Set(sessions.filter(({ state }) => state === 'silent').map(({ workerKey }) => workerKey));
  return { live: [...live].filter((worker) => !silent.has(worker)).length, silent: silent.size };
}
