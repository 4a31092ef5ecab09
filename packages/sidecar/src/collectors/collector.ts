import { metricDefinition } from '@outrider/core/whole-catalogue';
import type { MetricKind } from '@outrider/core/catalogue';
import type { Attributes, Metric, NumberMetric } from '../metric.ts';

/** What a collector is given: the roots it reads from and the clock it measures with, so that a test can set them. */
export interface CollectorContext {
  /** Where procfs is mounted, `/proc`. */
  readonly procRoot: string;
  /** Where sysfs is mounted, `/sys`. */
  readonly sysRoot: string;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
}

/** What one collection found. A metric that could not be read has no sample but a reason under `absent`. */
export interface Collection {
  readonly metrics: readonly Metric[];
  /** OpenTelemetry name of the metric -> why it is not there. */
  readonly absent?: Readonly<Record<string, string>>;
}

/** How often a collector runs, and for how long it may. */
export interface Pace {
  /** Milliseconds between two collections, if the runner's interval is not longer anyway. */
  readonly intervalMs: number;
  /** Milliseconds that a collection may take. */
  readonly deadlineMs: number;
}

/**
 * One thing the sidecar measures. The runner owns schedule, deadline, duration and success; a collector only reads.
 * It throws when it can read nothing at all, and forks nothing. What a program may serve of the host's `/proc` (in
 * containers, lxcfs) it reads with `readServedFile`: a synchronous reading of one that hangs would stop the whole
 * sidecar, and several asynchronous ones all of its threads.
 */
export interface Collector {
  /** Set where a collection costs so much that the runner's interval and deadline do not fit. */
  readonly pace?: Pace;
  /** Set for what may be there or not: a metric that is 1 if the last collection succeeded, else 0. */
  readonly up?: { readonly metric: string; readonly attributes: Readonly<Record<string, string>> };
  collect(signal: AbortSignal): Collection | Promise<Collection>;
  close?(): void;
}

/** Makes a collector; called once, when the sidecar starts. */
export type CollectorFactory = (context: CollectorContext) => Collector;

/** A metric of the catalogue with number points, from `[value, attributes]` pairs. */
export function numbers(
  name: string,
  points: ReadonlyArray<readonly [value: number, attributes?: Readonly<Record<string, string>>]>,
): NumberMetric {
  const { unit, description, kind } = metricDefinition(name);
  if (!isNumberKind(kind)) throw new Error(`${name} is a ${kind}, not a number`);
  return {
    name,
    unit,
    description,
    kind,
    points: points.map(([value, attributes]) => ({ value, attributes: sortedAttributes(attributes) })),
  };
}

function isNumberKind(kind: MetricKind): kind is NumberMetric['kind'] {
  return kind === 'counter' || kind === 'updowncounter' || kind === 'gauge';
}

function sortedAttributes(attributes: Readonly<Record<string, string>> = {}): Attributes {
  return Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
