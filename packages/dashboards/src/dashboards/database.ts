import { releaseMarks } from '../annotations.ts';
import type { DashboardConfig } from '../config.ts';
import type { Dashboard } from '../dashboard.ts';
import { narrowed, panelScope } from '../scope.ts';
import { instances, jobs, pools, sidecars } from '../variables.ts';
import { checkpointRow } from './database/checkpoints.ts';
import { overview } from './database/overview.ts';
import { pgbouncerRow } from './database/pgbouncer.ts';
import { poolRow } from './database/pools.ts';
import { postgresqlRow } from './database/postgresql.ts';
import { queryRow } from './database/queries.ts';

const CONNECTIONS = 'db.client.connection.count';

/** Connection pools, queries, PostgreSQL and PgBouncer. */
export function databaseDashboard(config: DashboardConfig): Dashboard {
  const scope = panelScope(config);
  const chosen = narrowed(scope, { 'db.client.connection.pool.name': '=~"$pool"' });
  return {
    uid: 'outrider-database',
    title: 'Outrider / Database',
    description: 'Connection pools and queries of the applications, PostgreSQL and PgBouncer behind them.',
    variables: [jobs(config, CONNECTIONS), instances(config, CONNECTIONS), pools(config), sidecars(config)],
    annotations: [releaseMarks(config)],
    rows: [
      overview(chosen, scope),
      poolRow(chosen),
      queryRow(scope),
      postgresqlRow(scope),
      checkpointRow(scope),
      pgbouncerRow(scope),
    ],
  };
}
