import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { hitRatio } from '../measures/caches.ts';
import { panelScope } from '../scope.ts';
import { instances, jobs } from '../variables.ts';

/** Caches: what they answer, and what they lose. */
export function cacheDashboard(config: DashboardConfig): Dashboard {
  const scope = panelScope(config);
  const { cache } = config.thresholds;
  return {
    uid: 'outrider-cache',
    title: 'Outrider / Cache',
    description: 'Caches of the applications and the Redis and memcached servers behind them.',
    variables: [jobs(config, 'cache.operations'), instances(config, 'cache.operations')],
    rows: [
      {
        panels: [
          {
            id: 1,
            type: 'timeseries',
            title: 'Hit rate',
            description: `Share of lookups that found their key. Below ${cache.hitRatio * 100} % a cache costs more than it saves. No lookups, no line.`,
            width: 24,
            unit: 'percentunit',
            min: 0,
            max: 1,
            marks: [{ from: cache.hitRatio, colour: 'red' }],
            queries: [{ expr: hitRatio(scope), legend: '{{job}} {{cache_name}}' }],
          },
        ],
      },
    ],
  };
}
