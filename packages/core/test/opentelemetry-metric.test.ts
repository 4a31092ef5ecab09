import { metrics } from '@opentelemetry/api';
import type { Meter, MeterProvider } from '@opentelemetry/api';
import { afterEach, expect, test } from 'vitest';
import { toldByOpenTelemetry } from '../src/opentelemetry-metric.ts';

// What the real SDK does is tested in @outrider/probes and @outrider/otel; this is what it cannot be made to do.

afterEach(() => metrics.disable());

const METRIC = 'db.client.operation.duration';
const SCOPE = '@opentelemetry/instrumentation-pg';

interface Storage {
  readonly [field: string]: unknown;
}

/** A MeterProvider of the SDK that keeps one metric of the scope; none without. */
function provide(kept?: Storage): void {
  const made = kept && { getInstrumentDescriptor: () => ({ name: METRIC }), ...kept };
  const registry = { metricStorageRegistry: { getStorages: () => (made ? [made] : []) } };
  const state = { metricCollectors: [{}], meterSharedStates: new Map([[`${SCOPE}:1.0.0:`, registry]]) };
  const provider: MeterProvider = { getMeter: () => ({}) as Meter };
  metrics.setGlobalMeterProvider(Object.assign(provider, { _sharedState: state }));
}

function storage(active: number, told: readonly number[], kind = 3): Storage {
  return {
    _deltaMetricStorage: { _aggregator: { kind }, _activeCollectionStorage: { size: active } },
    _temporalMetricStorage: { _reportHistory: new Map(told.map((size) => [{}, { accumulations: { size } }])) },
  };
}

test('nothing is told without a MeterProvider', () => {
  expect(toldByOpenTelemetry(METRIC, SCOPE)).toBe(false);
  expect(toldByOpenTelemetry(METRIC, SCOPE, 'recorded')).toBe(false);
});

test.each<[string, Storage | undefined, boolean, boolean]>([
  ['no such metric', undefined, false, false],
  ['without a point', storage(0, []), true, false],
  ['without a point, told to a reader', storage(0, [0]), true, false],
  ['with a point that no reader was told', storage(1, []), true, true],
  ['with a point that a reader was told', storage(0, [0, 2]), true, true],
  ['dropped by a view', storage(1, [1], 0), false, false],
  ['of an unknown shape', {}, true, true],
])('a metric is made, and recorded: %s', (_name, kept, made, recorded) => {
  provide(kept);
  expect(toldByOpenTelemetry(METRIC, SCOPE)).toBe(made);
  expect(toldByOpenTelemetry(METRIC, SCOPE, 'recorded')).toBe(recorded);
  expect(toldByOpenTelemetry(METRIC, '@opentelemetry/instrumentation-p')).toBe(false);
  expect(toldByOpenTelemetry('db.client.response.returned_rows', SCOPE)).toBe(false);
});

test('it is not known of a MeterProvider of another kind', () => {
  metrics.setGlobalMeterProvider({ getMeter: () => ({}) as Meter });
  expect(toldByOpenTelemetry(METRIC, SCOPE)).toBeUndefined();
});
