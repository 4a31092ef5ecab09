import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { startRedis } from '@outrider/test-servers';
import { OpenTelemetry, createClient } from 'redis';
import { expect, test } from 'vitest';
import { watched } from './watched.ts';

// Of its own: node-redis takes its configuration once a process.
test("ours is left out where node-redis's own instrumentation records commands", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  const server = await startRedis();
  const watch = watched();
  try {
    OpenTelemetry.init({ metrics: { enabled: true, enabledMetricGroups: ['command'] } });
    const client = await createClient({ url: server.url }).connect();
    await client.get('a');
    await client.get('b');
    client.destroy();
    expect(watch.counts()).toEqual({});
    expect(watch.log).toHaveLength(2);
  } finally {
    watch.stop();
    metrics.disable();
    await reader.shutdown();
    await server.stop();
  }
});
