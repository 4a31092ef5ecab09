import { releaseMarks } from '../annotations.ts';
import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { narrowed, panelScope } from '../scope.ts';
import { caches, instances, jobs, sidecars } from '../variables.ts';
import { applicationRow } from './cache/applications.ts';
import { memcachedRow } from './cache/memcached.ts';
import { overview } from './cache/overview.ts';
import { redisPersistenceRow } from './cache/redis-persistence.ts';
import { redisRow } from './cache/redis.ts';

const OPERATIONS = 'cache.operations';

/** Caches: what they answer, and what they lose. */
export function cacheDashboard(config: DashboardConfig): Dashboard {
  const scope = panelScope(config);
  const chosen = narrowed(scope, { 'cache.name': '=~"$cache"' });
  const { thresholds } = config;
  return {
    uid: 'outrider-cache',
    title: 'Outrider / Cache',
    description: 'Caches of the applications and the Redis and memcached servers behind them.',
    variables: [jobs(config, OPERATIONS), instances(config, OPERATIONS), caches(config), sidecars(config)],
    annotations: [releaseMarks(config)],
    rows: [
      overview(chosen, thresholds),
      applicationRow(chosen, thresholds),
      redisRow(scope),
      redisPersistenceRow(scope),
      memcachedRow(scope),
    ],
  };
}
