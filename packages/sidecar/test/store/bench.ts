import type { ResourceMetrics } from '../../src/receivers/decoded.ts';
import type { PushConnection } from '../../src/receivers/push-sender.ts';
import { magnitude } from '../../src/store/cumulative.ts';
import type { Point } from '../../src/store/cumulative.ts';
import { Store } from '../../src/store/store.ts';

/** Milliseconds. */
export const SECOND = 1000;
/** Milliseconds. */
export const MINUTE: number = 60 * SECOND;
/** When the bench's clock began, in milliseconds since 1970. */
export const EPOCH = 1_700_000_000_000;

/** A connection that the test closes. */
export class TestConnection implements PushConnection {
  isOpen = true;
  readonly #listeners: Array<(byPeer: boolean) => void> = [];

  onClose(listener: (byPeer: boolean) => void): void {
    this.#listeners.push(listener);
  }

  close(by: 'application' | 'sidecar' = 'application'): void {
    this.isOpen = false;
    for (const listener of this.#listeners) listener(by === 'application');
  }
}

/** A store whose clock the test sets. */
export class Bench {
  now = 0;
  /** How many kills of the kernel have explained no end yet. */
  oomKills = 0;
  readonly store: Store;

  constructor(seriesLimit = 100, weightLimit = Infinity) {
    const oomKills = {
      look: () => Promise.resolve(),
      take: () => this.oomKills > 0 && (this.oomKills -= 1) >= 0,
    };
    const wallClock = () => EPOCH + this.now;
    this.store = new Store({ seriesLimit, weightLimit, clock: () => this.now, wallClock, oomKills });
  }

  /** Pushes and returns how many points were refused, by reason. */
  push(...resources: ResourceMetrics[]): Record<string, number> {
    return Object.fromEntries(this.store.push(resources));
  }

  /** Pushes over a connection that is kept, every five seconds as the application says. */
  pushOver(connection: PushConnection, ...resources: ResourceMetrics[]): void {
    this.store.push(resources, { connection, intervalMs: 5 * SECOND });
  }

  /** The points of a metric that the sidecar tells of a service, by the values of their attributes. */
  ofService(service: string, name: string): Record<string, number> {
    const { metrics = [] } = this.store.view().services.find((one) => one.service === service) ?? {};
    const points = metrics.filter((metric) => metric.name === name).flatMap((metric) => metric.points as Point[]);
    return Object.fromEntries(
      points.map((point) => [point.attributes.map(([, value]) => value).join(' '), magnitude(point)]),
    );
  }

  /** Processes of `shop` that ended, by reason, as far as there were any. */
  get exits(): Record<string, number> {
    const all = Object.entries(this.ofService('shop', 'app.process.exits'));
    return Object.fromEntries(all.filter(([, count]) => count > 0));
  }

  /** Pushes every `everyMs` until `forMs` have passed. */
  keepPushing(resource: ResourceMetrics, everyMs: number, forMs: number): void {
    for (const end = this.now + forMs; this.now < end;) {
      this.push(resource);
      this.now += everyMs;
    }
  }

  /** `service/worker state: metric metric` of each session. */
  get sessions(): string[] {
    return this.store
      .view()
      .sessions.map(
        ({ service, worker, state, metrics }) =>
          `${service}#${worker} ${state}: ${metrics.map(({ name }) => name).join(' ')}`,
      );
  }

  /** The points of a metric in the slots of a service, by worker: what was counted, by the values of its attributes. */
  counts(name: string): Record<string, number>[] {
    return this.store.view().sessions.map(({ metrics }) =>
      Object.fromEntries(
        metrics
          .filter((metric) => metric.name === name)
          .flatMap(({ points }) => points as readonly Point[])
          .map((point) => [point.attributes.map(([, value]) => value).join(' '), magnitude(point)]),
      ),
    );
  }
}
