import { createNoopMeter, metrics } from '@opentelemetry/api';
import type { MeterProvider } from '@opentelemetry/api';

/** What the SDK keeps of its metrics, in versions 1 to 3. Not its API, so everything may be missing. */
interface MeterProviderState {
  readonly metricCollectors?: readonly unknown[];
  readonly meterSharedStates?: ReadonlyMap<
    string,
    { readonly metricStorageRegistry: { getStorages(collector: unknown): readonly MetricStorage[] } }
  >;
}

interface MetricStorage {
  getInstrumentDescriptor(): { readonly name: string };
  readonly _deltaMetricStorage?: {
    readonly _aggregator?: { readonly kind?: unknown };
    /** What has been recorded since it was last read. */
    readonly _activeCollectionStorage?: { readonly size: number };
  };
  readonly _temporalMetricStorage?: {
    /** What a reader was told last. */
    readonly _reportHistory?: ReadonlyMap<unknown, { readonly accumulations: { readonly size: number } }>;
  };
}

/** AggregatorKind.DROP of the SDK. */
const DROP = 0;

/**
 * Whether the application's OpenTelemetry SDK tells a metric of an instrumentation scope: the instrumentation has made it,
 * no view drops or renames it, and there is a reader. Undefined where the global MeterProvider is one whose inside is
 * unknown, so that it may or may not. It never throws, and sees no MeterProvider other than the global one.
 *
 * That an instrumentation has made its metric does not say that it has patched the library, or records it at all: with
 * `recorded`, the metric must have a point.
 *
 * @example
 * toldByOpenTelemetry('http.client.request.duration', '@opentelemetry/instrumentation-undici') === true
 */
export function toldByOpenTelemetry(
  metric: string,
  scope: string,
  ask: 'made' | 'recorded' = 'made',
): boolean | undefined {
  const provider = metrics.getMeterProvider() as MeterProvider & {
    readonly _sharedState?: MeterProviderState;
  };
  return (
    toldBySdk(provider, scope, (storage) => isStored(storage, metric) && (ask === 'made' || hasPoints(storage))) ??
    (hasMeters(provider, scope) ? undefined : false)
  );
}

// Without a MeterProvider, and with one that throws, no instrumentation records anything.
function hasMeters(provider: MeterProvider, scope: string): boolean {
  try {
    return provider.getMeter(scope) !== createNoopMeter();
  } catch {
    return false;
  }
}

// Views and readers can drop or rename the metric, and a provider may have no reader at all.
function toldBySdk(
  { _sharedState: state }: { readonly _sharedState?: MeterProviderState },
  wanted: string,
  isAsked: (storage: MetricStorage) => boolean,
): boolean | undefined {
  if (state?.metricCollectors === undefined || state.meterSharedStates === undefined) return undefined;
  try {
    for (const [scope, { metricStorageRegistry }] of state.meterSharedStates) {
      if (!scope.startsWith(`${wanted}:`)) continue;
      for (const collector of state.metricCollectors) {
        if (metricStorageRegistry.getStorages(collector).some(isAsked)) return true;
      }
    }
    return false;
  } catch {
    // A version whose inside is another one.
    return undefined;
  }
}

function isStored(storage: MetricStorage, metric: string): boolean {
  const kept = storage._deltaMetricStorage?._aggregator?.kind !== DROP;
  return kept && storage.getInstrumentDescriptor().name === metric;
}

// Of a storage of another shape it is not known, and so taken for granted.
function hasPoints({ _deltaMetricStorage: delta, _temporalMetricStorage: temporal }: MetricStorage): boolean {
  if (delta?._activeCollectionStorage === undefined || temporal?._reportHistory === undefined) return true;
  if (delta._activeCollectionStorage.size > 0) return true;
  return [...temporal._reportHistory.values()].some(({ accumulations }) => accumulations.size > 0);
}
