import { metrics } from '@opentelemetry/api';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { startPostgres, startRedis } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { OpenTelemetry, createClient } from 'redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pgClient } from '../../src/queries/pg-client.ts';
import { recordQuery } from '../../src/queries/record-query.ts';
import { watched } from './watched.ts';
import type { Watched } from './watched.ts';

// Required, since that is what the instrumentation sees.
const require = createRequire(import.meta.url);

let postgres: TestServer;
let redis: TestServer;
let watch: Watched;
let reader: PeriodicExportingMetricReader;
let exporter: InMemoryMetricExporter;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  watch = watched();
});

afterAll(async () => {
  watch?.stop();
  metrics.disable();
  await reader?.shutdown();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

/** How many durations OpenTelemetry tells of a scope. */
async function told(scope: string): Promise<number> {
  exporter.reset();
  await reader.forceFlush();
  let count = 0;
  for (const { scopeMetrics } of exporter.getMetrics()) {
    for (const given of scopeMetrics) {
      for (const metric of given.scope.name === scope ? given.metrics : []) {
        if (metric.descriptor.name !== 'db.client.operation.duration') continue;
        for (const { value } of metric.dataPoints) count += (value as { readonly count: number }).count;
      }
    }
  }
  return count;
}

async function askPostgres(): Promise<void> {
  const pg = require('pg') as typeof import('pg');
  const client = new (pgClient(pg.Client))(postgres.url);
  await client.connect();
  await client.query('SELECT 1');
  await client.query('SELECT 2');
  await client.end();
}

async function askRedis(): Promise<void> {
  const client = await createClient({ url: redis.url }).connect();
  await client.get('a');
  await client.get('b');
  client.destroy();
}

test('an instrumentation that has made the metric and records nothing changes nothing', async () => {
  new PgInstrumentation().disable();
  OpenTelemetry.init({ metrics: { enabled: true } });
  await askRedis();
  expect(await told('node-redis')).toBe(0);
  expect(watch.counts()).toEqual({ 'redis 0 GET': 2 });
});

test('ours is left out where instrumentation-pg records it, with one warning, and the log goes on', async () => {
  const instrumentation = new PgInstrumentation();
  instrumentation.setMeterProvider(metrics.getMeterProvider());
  const warned = once(process, 'warning');
  await askPostgres();
  expect(await told('@opentelemetry/instrumentation-pg')).toBe(2);
  expect((await warned)[0].message).toContain('recorded by @opentelemetry/instrumentation-pg already');
  expect(watch.counts()).toEqual({});
  expect(watch.log.filter(({ system }) => system === 'postgresql')).toHaveLength(2);
  // That of other libraries is told as before.
  recordQuery({ system: 'sqlite', summary: 'SELECT t', seconds: 1 });
  expect(watch.counts()).toEqual({ 'sqlite SELECT t': 1 });
  instrumentation.disable();
});
