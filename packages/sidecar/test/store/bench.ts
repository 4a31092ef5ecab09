import type { ResourceMetrics } from '../../src/receivers/decoded.ts';
import { magnitude } from '../../src/store/cumulative.ts';
import type { Point } from '../../src/store/cumulative.ts';
import { Store } from '../../src/store/store.ts';

/** Milliseconds. */
export const SECOND = 1000;
/** Milliseconds. */
export const MINUTE: number = 60 * SECOND;

/** A store whose clock the test sets. */
export class Bench {
  now = 0;
  readonly store: Store;

  constructor(seriesLimit = 100) {
    this.store = new Store({ seriesLimit, clock: () => this.now });
  }

  /** Pushes and returns how many points were refused, by reason. */
  push(...resources: ResourceMetrics[]): Record<string, number> {
    return Object.fromEntries(this.store.push(resources));
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
