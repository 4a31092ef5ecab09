import type { Attributes, Metric } from '../metric.ts';
import type { ResourceMetrics } from '../receivers/decoded.ts';
import type { SlowRequest } from '../slow-request.ts';
import { catalogued } from './catalogued.ts';
import { identify } from './identity.ts';
import type { Identity } from './identity.ts';
import { metricKey } from './points.ts';
import { joinScopes } from './join-scopes.ts';

/** What one process told in one request. */
export interface ProcessMetrics {
  readonly identity: Identity;
  readonly resource: Attributes;
  readonly metrics: readonly Metric[];
  readonly slowRequests: readonly SlowRequest[] | undefined;
}

/** The metrics of one request by process, each metric once, whatever scopes and resource entries it was spread over. */
export function byProcess(resources: readonly ResourceMetrics[]): ProcessMetrics[] {
  const processes = new Map<string, ProcessMetrics & { readonly byName: Map<string, [Metric, ...Metric[]]> }>();
  for (const { resource, metrics, slowRequests } of resources) {
    const identity = identify(resource);
    const byName = processes.get(identity.key)?.byName ?? new Map<string, [Metric, ...Metric[]]>();
    for (const pushed of metrics) {
      if (pushed.points.length === 0) continue;
      const metric = catalogued(pushed);
      const id = metricKey(metric);
      const same = byName.get(id);
      if (same === undefined) byName.set(id, [metric]);
      else same.push(metric);
    }
    processes.set(identity.key, { identity, resource, byName, metrics: [], slowRequests });
  }
  return [...processes.values()].map(({ byName, ...process }) => ({
    ...process,
    metrics: [...byName.values()].map(joinScopes),
  }));
}
