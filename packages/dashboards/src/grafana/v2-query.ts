import type { DataQueryKind } from '@grafana/grafana-foundation-sdk/dashboardv2';

/** A query in schema v2: the data source stands beside what it is asked. */
export function dataQuery(group: string, spec: object, datasource: string | undefined): DataQueryKind {
  return {
    kind: 'DataQuery',
    group,
    version: 'v0',
    ...(datasource !== undefined && { datasource: { name: datasource } }),
    spec,
  };
}
