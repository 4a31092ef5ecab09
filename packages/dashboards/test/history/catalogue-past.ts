import { prometheusLabel, prometheusName } from '@outrider/core/catalogue';
import type { MetricDefinition } from '@outrider/core/catalogue';
import { catalogue } from '@outrider/core/whole-catalogue';
import { named } from './back-fill.ts';
import type { PastSeries } from './back-fill.ts';

/** Something that is measured from a time to another one, in seconds since 1970. */
export interface Lifetime {
  /** Such as job, instance, worker. */
  readonly labels: Readonly<Record<string, string>>;
  readonly fromS: number;
  readonly toS: number;
  /** The release that runs in it, for metrics that tell it. */
  readonly version?: string;
}

// What queries tell apart; any other attribute has one value, its own name.
const VALUES: Readonly<Record<string, readonly string[]>> = {
  'http.route': ['/basket', '/checkout'],
  'http.response.status_code': ['200', '500'],
  'error.type': ['', '500'],
  outcome: ['completed', 'aborted_before_headers'],
  'db.client.connection.state': ['used', 'idle'],
  'http.connection.state': ['active', 'idle'],
  'thread.pool.state': ['used', 'idle'],
  'cache.operation': ['get'],
  'cache.result': ['hit', 'miss', 'error'],
  'cpu.mode': ['user', 'system', 'idle'],
  'nodejs.eventloop.state': ['active', 'idle'],
  'v8js.gc.type': ['major', 'minor'],
  'system.memory.state': ['used', 'free', 'cached', 'buffers'],
  'system.filesystem.state': ['used', 'free', 'reserved'],
  'disk.io.direction': ['read', 'write'],
  'network.io.direction': ['receive', 'transmit'],
  resource: ['cpu', 'memory', 'io'],
  kind: ['some', 'full'],
  throttled: ['true', 'false'],
  scope: ['host'],
  // Of processes, and of Redis' CPU time.
  state: ['live', 'silent', 'sys', 'sys_main_thread', 'sys_children'],
  operation: ['get'],
  type: ['hit', 'miss'],
  'queue.state': ['waiting', 'active'],
  'dedup.result': ['unique', 'shared'],
  reason: ['graceful', 'crash', 'out_of_memory'],
};

// Bounds that queries ask for, and two that show a quantile. As the sidecar spells them.
const BOUNDS = ['0.05', '0.06', '0.15', '0.5', '3.0', '+Inf'];

/**
 * Every metric of the catalogue that something tells.
 *
 * @param emitter who tells them
 * @param except names that are told otherwise
 */
export function catalogueSeries(
  emitter: 'app' | 'sidecar',
  lifetime: Lifetime,
  except: ReadonlySet<string> = new Set(),
): readonly PastSeries[] {
  return [...catalogue.values()]
    .filter((metric) => (metric.emitter === emitter || metric.emitter === 'both') && !except.has(metric.name))
    .filter((metric) => metric.kind !== 'exponential_histogram')
    .flatMap((metric) => labelSets(metric, lifetime).flatMap((labels) => seriesOf(metric, labels, lifetime)));
}

function labelSets({ attributes }: MetricDefinition, { labels, version }: Lifetime): readonly Record<string, string>[] {
  let sets: readonly Record<string, string>[] = [labels];
  for (const attribute of attributes) {
    const values = attribute === 'service.version' ? [version ?? ''] : (VALUES[attribute] ?? [attribute]);
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [prometheusLabel(attribute)]: value })));
  }
  return sets;
}

function seriesOf(
  { name, unit, kind }: MetricDefinition,
  labels: Readonly<Record<string, string>>,
  { fromS, toS }: Lifetime,
): readonly PastSeries[] {
  const metric = prometheusName(name, unit, kind);
  const during =
    (value: (ageS: number) => number): PastSeries['at'] =>
    (timeS) =>
      timeS < fromS || timeS > toS ? undefined : value(timeS - fromS);
  if (kind === 'histogram') {
    return [
      ...BOUNDS.map((le, index) => ({
        name: named(`${metric}_bucket`, { ...labels, le }),
        at: during((ageS) => (ageS * (index + 1)) / BOUNDS.length),
      })),
      { name: named(`${metric}_count`, labels), at: during((ageS) => ageS) },
      { name: named(`${metric}_sum`, labels), at: during((ageS) => ageS / 20) },
    ];
  }
  if (kind === 'counter') return [{ name: named(metric, labels), at: during((ageS) => ageS / 2) }];
  return [{ name: named(metric, labels), at: during(() => (unit === '1' ? 0.5 : 1_000)) }];
}
