import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { Observer } from '@outrider/core';
import { expect, test } from 'vitest';
import { metricReaders } from '../src/metric-readers.ts';

const GRPC = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317' };

/** What the readers of an environment read: one list of scopes a reader. */
async function scopes(environment: Readonly<Record<string, string>>): Promise<string[][]> {
  const observer = new Observer({ environment: {}, push: false, runtime: false });
  const readers = metricReaders(observer, environment);
  const provider = new MeterProvider({ readers });
  provider.getMeter('shop').createCounter('shop.orders').add(1);
  const results = await Promise.all(readers.map((reader) => reader.collect()));
  return results.map(({ resourceMetrics }) => resourceMetrics.scopeMetrics.map(({ scope }) => scope.name));
}

test.each([
  ['nothing is asked for', {}, []],
  ['none is asked for', { OTEL_METRICS_EXPORTER: 'otlp,none' }, []],
  ['something unknown is asked for', { OTEL_METRICS_EXPORTER: 'statsd' }, []],
  ['the console is asked for', { OTEL_METRICS_EXPORTER: 'console' }, [['shop', '@outrider/core']]],
  ['the push reaches the endpoint', { OTEL_METRICS_EXPORTER: 'otlp', ...ENDPOINT }, [['shop']]],
  ['the push reaches the sidecar', { OTEL_METRICS_EXPORTER: 'otlp' }, [['shop']]],
  ['the endpoint speaks gRPC', { ...GRPC, ...ENDPOINT }, [['shop', '@outrider/core']]],
  ['the endpoint speaks gRPC, and a sidecar is named', { ...GRPC, ...ENDPOINT, OUTRIDER_SOCKET: '/run/s' }, [['shop']]],
  ['no endpoint is named, and the protocol is gRPC', GRPC, [['shop']]],
  [
    'an interval below the time-out is set',
    { OTEL_METRICS_EXPORTER: 'console', OTEL_METRIC_EXPORT_INTERVAL: '500' },
    [['shop', '@outrider/core']],
  ],
])('%s', async (_, environment, expected) => {
  expect(await scopes(environment)).toEqual(expected);
});
