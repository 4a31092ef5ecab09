import type { Snapshot } from '../../snapshot.ts';
import { cacheSection } from './cache.ts';
import type { CacheSection } from './cache.ts';
import { databaseSection } from './database.ts';
import type { DatabaseSection } from './database.ts';
import { httpSection } from './http.ts';
import type { HttpSection } from './http.ts';
import { runtimeSection } from './runtime.ts';
import type { RuntimeSection } from './runtime.ts';
import { select } from './selection.ts';
import { serviceList } from './services.ts';
import type { ServiceFigures } from './services.ts';
import { systemSection } from './system.ts';
import type { SystemSection } from './system.ts';

/** The figures that people ask for, in the units they speak. */
export interface MetricsFigures {
  /** When this was so, ISO 8601 in UTC. */
  readonly timestamp: string;
  readonly system: SystemSection;
  readonly database: DatabaseSection;
  readonly cache: CacheSection;
  readonly http: HttpSection;
  readonly runtime: RuntimeSection;
  readonly services: readonly ServiceFigures[];
}

/** The figures of the host and of some services; of all of them if none is named. */
export function metricsFigures(snapshot: Snapshot, services: readonly string[]): MetricsFigures {
  const selection = select(snapshot.store, services);
  return {
    timestamp: snapshot.time.toISOString(),
    system: systemSection(snapshot),
    database: databaseSection(selection),
    cache: cacheSection(selection),
    http: httpSection(selection),
    runtime: runtimeSection(selection),
    services: serviceList(selection),
  };
}
