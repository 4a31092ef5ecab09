import { catalogue as shared } from './catalogue.ts';
import type { MetricDefinition } from './catalogue.ts';
import { serverMetrics } from './server-catalogue.ts';

/** The catalogue with what the sidecar tells of the servers that it watches, by OpenTelemetry name. */
export const catalogue: ReadonlyMap<string, MetricDefinition> = new Map([
  ...shared,
  ...serverMetrics.map((definition) => [definition.name, definition] as const),
]);

/**
 * The row for a name.
 *
 * @throws {Error} if there is none: a metric that is not in the catalogue cannot be emitted.
 */
export function metricDefinition(name: string): MetricDefinition {
  const definition = catalogue.get(name);
  if (definition === undefined) throw new Error(`${name} is not in the catalogue`);
  return definition;
}
