import { expect, test } from 'vitest';
import { namedExporters } from '../src/exporters.ts';

test.each([
  [{}, []],
  [{ OTEL_TRACES_EXPORTER: ' otlp, console,otlp,' }, ['otlp', 'console']],
  [{ OTEL_TRACES_EXPORTER: 'none' }, ['none']],
  [{ OTEL_METRICS_EXPORTER: 'otlp' }, []],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, ['otlp']],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }, ['otlp']],
  [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://collector:4318/v1/metrics' }, []],
  [{ OTEL_TRACES_EXPORTER: '', OTEL_EXPORTER_OTLP_ENDPOINT: '' }, []],
])('traces of %j go to %j', (environment, exporters) => {
  expect(namedExporters('TRACES', environment)).toEqual(exporters);
});
