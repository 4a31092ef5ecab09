import type { RunnerSnapshot } from './collectors/runner.ts';
import type { Metric } from './metric.ts';
import type { StoreView } from './store/store.ts';

/** Everything the sidecar knows at one moment: what outlets read. */
export interface Snapshot {
  /** When this was so. */
  readonly time: Date;
  /** The configured name of this sidecar: the label `instance` of application series. */
  readonly instance: string;
  /** What the applications pushed. */
  readonly store: StoreView;
  /** What the collectors measured. */
  readonly host: RunnerSnapshot;
  /** What the sidecar says about itself. */
  readonly own: readonly Metric[];
  /** Whether a process is pushing or a collection succeeded within three of its collector's intervals. */
  readonly fresh: boolean;
  /** What is missing before the sidecar is ready; it only ever gets less. */
  readonly missing: readonly string[];
}

export interface SnapshotSources {
  readonly instance: string;
  readonly store: () => StoreView;
  readonly host: () => RunnerSnapshot;
  readonly own: (store: StoreView) => readonly Metric[];
  readonly missing: () => readonly string[];
  /** Milliseconds between two collections. */
  readonly intervalMs: number;
  /** Monotonic milliseconds, the clock of the collectors. */
  readonly clock: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/**
 * Makes the function that returns the snapshot of now: the same object for as long as no push and no collection came
 * in between, so that all who read see the same, and what was made of a snapshot need not be made again.
 */
export function createSnapshots(sources: SnapshotSources): () => Snapshot {
  let last: Snapshot | undefined;
  return () => {
    const store = sources.store();
    const host = sources.host();
    const now = sources.clock();
    const fresh =
      store.live > 0 ||
      host.collectors.some(
        ({ ok, collectedAt, intervalMs = sources.intervalMs }) => ok && collectedAt >= now - 3 * intervalMs,
      );
    const missing = sources.missing();
    const same =
      last?.store === store && last.host === host && last.fresh === fresh && last.missing.length === missing.length;
    if (last === undefined || !same) {
      const time = new Date(sources.wallClock());
      last = { time, instance: sources.instance, store, host, own: sources.own(store), fresh, missing };
    }
    return last;
  };
}
