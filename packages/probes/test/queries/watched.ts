import { Observer } from '@outrider/core';
import { read, readMetric } from '../../../conformance/src/readings.ts';
import type { SlowQueryEntry } from '../../src/queries/query-log.ts';
import { watchQueries } from '../../src/queries/watch-queries.ts';
import type { QueryWatch } from '../../src/queries/watch-queries.ts';

/** A watch of an observer of its own. */
export interface Watched {
  readonly observer: Observer;
  readonly log: SlowQueryEntry[];
  readonly stop: QueryWatch;
  /** How many queries there were since the last call: `system namespace summary` and the error's type, if any. */
  counts(): Record<string, number>;
  /** All that is told and logged, as one text. */
  everything(): string;
}

/** Begins to watch queries; all are slow unless told otherwise. */
export function watched(slowMs = 0): Watched {
  const observer = new Observer({ push: false, runtime: false });
  const log: SlowQueryEntry[] = [];
  const stop = watchQueries({ slowMs, observer, log: (entry) => void log.push(entry) });
  const before = new Map<string, number>();
  return {
    observer,
    log,
    stop,
    counts() {
      const counts: Record<string, number> = {};
      for (const { attributes, value } of readMetric(observer, 'db.client.operation.duration')) {
        const parts = ['db.system.name', 'db.namespace', 'db.query.summary', 'error.type'];
        const key = parts.flatMap((part) => attributes[part] ?? []).join(' ');
        const more = value - (before.get(key) ?? 0);
        before.set(key, value);
        if (more > 0) counts[key] = more;
      }
      return counts;
    },
    everything: () => JSON.stringify([read(observer), log]),
  };
}
