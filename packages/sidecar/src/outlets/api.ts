import { cacheSection } from './api/cache.ts';
import { databaseSection } from './api/database.ts';
import { httpSection } from './api/http.ts';
import { runtimeSection } from './api/runtime.ts';
import { systemSection } from './api/system.ts';
import { json } from './outlet.ts';
import type { OutletFactory } from './outlet.ts';

/**
 * `/api/v1/metrics`: the figures that people ask for, in the units they speak. A figure that is not known is null, and
 * its section says why under `reasons`.
 */
export const apiOutlet: OutletFactory = () => ({
  description: 'the most asked-for figures as JSON',
  answer: (snapshot) =>
    json({
      timestamp: snapshot.time.toISOString(),
      system: systemSection(snapshot),
      database: databaseSection(snapshot),
      cache: cacheSection(snapshot),
      http: httpSection(snapshot),
      runtime: runtimeSection(snapshot),
    }),
});
