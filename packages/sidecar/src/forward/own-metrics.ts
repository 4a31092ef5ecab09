import type { Attributes, Metric } from '../metric.ts';
import type { Snapshot } from '../snapshot.ts';
import { VERSION } from '../version.ts';
import { encodeMetrics } from './encode-metrics.ts';
import type { ResourceToEncode } from './encode-metrics.ts';
import type { ForwardedRequest, SidecarIdentity } from './forwarded.ts';

const SCOPE = { name: 'outrider-sidecar', version: VERSION };

/** What a watched server counts, since it started, whenever that was: OTLP writes 0 for what is not known. */
const OF_A_SERVER = /^(?:redis|postgresql|pgbouncer|memcached)\./;

/** What the kernel counts, since the host booted; the sidecar counts the rest itself, since it started. */
const OF_THE_KERNEL = /^(?:system|container)\./;

/**
 * What the sidecar measured itself, as one request: the host and itself as the service `outrider`, and for each service
 * what is known of its processes (`app.*`) under the name of that service. What the applications pushed is not in it.
 *
 * @returns undefined if there is nothing
 * @example const request = ownMetrics(snapshot(), identity);
 */
export function ownMetrics(snapshot: Snapshot, identity: SidecarIdentity): ForwardedRequest | undefined {
  const resources = [
    { resource: resourceOf('outrider', identity, VERSION), metrics: [...snapshot.host.metrics, ...snapshot.own] },
    ...snapshot.store.services.map(({ service, metrics }) => ({ resource: resourceOf(service, identity), metrics })),
  ].filter(({ metrics }) => metrics.length > 0);
  const points = pointsOf(resources);
  if (points === 0) return undefined;
  const { bootedAt, startedAt } = identity;
  const startOf = ({ name }: Metric): number => {
    if (OF_A_SERVER.test(name)) return 0;
    return OF_THE_KERNEL.test(name) ? bootedAt : startedAt;
  };
  const body = encodeMetrics(resources, { scope: SCOPE, time: snapshot.time.getTime(), startOf });
  return { body, points, unencodable: 0 };
}

/** @param service `namespace/name`, or the name alone, as in the label `job` */
function resourceOf(service: string, { instance, instanceId }: SidecarIdentity, version?: string): Attributes {
  const slash = service.indexOf('/');
  return [
    ['host.name', instance],
    ['service.instance.id', instanceId],
    ['service.name', service.slice(slash + 1)],
    ...(slash === -1 ? [] : [['service.namespace', service.slice(0, slash)] as const]),
    ...(version === undefined ? [] : [['service.version', version] as const]),
  ];
}

function pointsOf(resources: readonly ResourceToEncode[]): number {
  return resources.flatMap(({ metrics }) => metrics).reduce((sum, { points }) => sum + points.length, 0);
}
