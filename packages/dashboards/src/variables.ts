import type { DashboardConfig } from './config.ts';
import type { CustomVariable, QueryVariable } from './dashboard.ts';
import { BASELINES } from './measures/recorded.ts';
import { choosing, series } from './series.ts';

const chosen = { job: '=~"$job"', instance: '=~"$instance"' } as const;

/** Applications, by the metric that those have which the dashboard is about. */
export function jobs(config: DashboardConfig, metric = 'process.uptime'): QueryVariable {
  return {
    type: 'query',
    name: 'job',
    title: 'Application',
    label: 'job',
    of: anySeries(config, metric),
    multiple: true,
  };
}

/** Processes and hosts that the chosen applications run in and on. */
export function instances(config: DashboardConfig, metric = 'process.uptime'): QueryVariable {
  return {
    type: 'query',
    name: 'instance',
    title: 'Instance',
    label: 'instance',
    of: anySeries({ ...config, applications: choosing(config.applications, { job: chosen.job }) }, metric),
    multiple: true,
  };
}

/** Sidecars, and so the hosts that they are on. */
export function sidecars(config: DashboardConfig): QueryVariable {
  return {
    type: 'query',
    name: 'host',
    title: 'Host',
    label: 'instance',
    of: series('outrider.memory.usage', {}, '', config.hosts),
    multiple: true,
  };
}

/** Routes of the chosen applications. */
export function routes(config: DashboardConfig): QueryVariable {
  return {
    type: 'query',
    name: 'route',
    title: 'Route',
    label: 'http_route',
    of: series('http.server.request.duration', {}, '_count', choosing(config.applications, chosen)),
    multiple: true,
    // Requests beyond the budget of series have none: they belong to the whole.
    optional: true,
  };
}

/** Releases of the chosen applications. */
export function releases(config: DashboardConfig): QueryVariable {
  return {
    type: 'query',
    name: 'release',
    title: 'Release',
    label: 'service_version',
    of: series('service.release.timestamp', {}, '', choosing(config.applications, { job: chosen.job })),
    multiple: true,
    // An application that says no version has none.
    optional: true,
  };
}

/** Connection pools to databases of the chosen applications. */
export function pools({ applications }: DashboardConfig): QueryVariable {
  return {
    type: 'query',
    name: 'pool',
    title: 'Pool',
    label: 'db_client_connection_pool_name',
    of: series('db.client.connection.count', {}, '', choosing(applications, chosen)),
    multiple: true,
  };
}

/** Caches of the chosen applications. */
export function caches({ applications }: DashboardConfig): QueryVariable {
  return {
    type: 'query',
    name: 'cache',
    title: 'Cache',
    label: 'cache_name',
    of: series('cache.operations', {}, '', choosing(applications, chosen)),
    multiple: true,
  };
}

/** What now is held against. */
export const baselines: CustomVariable = {
  type: 'custom',
  name: 'baseline',
  title: 'Baseline',
  values: { [BASELINES[0]]: 'a day ago', [BASELINES[1]]: 'a week ago' },
};

function anySeries({ applications }: DashboardConfig, metric: string): string {
  return series(metric, {}, metric === 'http.server.request.duration' ? '_count' : '', applications);
}
