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

/** What of the configuration a snapshot depends on: another object for another configuration. */
export interface SnapshotSettings {
  /** The configured name of this sidecar. */
  readonly instance: string;
  /** Milliseconds between two collections. */
  readonly intervalMs: number;
}

export interface SnapshotSources {
  readonly settings: () => SnapshotSettings;
  readonly store: () => StoreView;
  readonly host: () => RunnerSnapshot;
  readonly own: (store: StoreView) => readonly Metric[];
  readonly missing: () => readonly string[];
  /** Monotonic milliseconds, the clock of the collectors. */
  readonly clock: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/**
 * Makes the function that returns the snapshot of now: the same object for as long as no push, no collection and no
 * reload came in between, so that all who read see the same, and what was made of a snapshot need not be made again.
 */
export function createSnapshots(sources: SnapshotSources): () => Snapshot {
  let last: Snapshot | undefined;
  let lastSettings: SnapshotSettings | undefined;
  return () => {
    const settings = sources.settings();
    const store = sources.store();
    const host = sources.host();
    const now = sources.clock();
    const fresh =
      store.live > 0 ||
      host.collectors.some(
        ({ ok, collectedAt, intervalMs = settings.intervalMs }) => ok && collectedAt >= now - 3 * intervalMs,
      );
    const missing = sources.missing();
    const same =
      lastSettings === settings &&
      last?.store === store &&
      last.host === host &&
      last.fresh === fresh &&
      last.missing.length === missing.length;
    if (last === undefined || !same) {
      const time = new Date(sources.wallClock());
      lastSettings = settings;
      last = { time, instance: settings.instance, store, host, own: sources.own(store), fresh, missing };
    }
    return last;
  };
}
