import { diag } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { Observer } from '@outrider/core';
import { createServer } from 'node:http';
import type { Environment } from './exporters.ts';
import { metricsHandler } from './metrics-handler.ts';

/**
 * What the SDK's Prometheus exporter does, with Outrider's metrics and under the contract's names: `/metrics` at
 * OTEL_EXPORTER_PROMETHEUS_HOST (localhost) and OTEL_EXPORTER_PROMETHEUS_PORT (9464).
 *
 * A port that is taken is told to OpenTelemetry's `diag`; it is no reason for an application not to start.
 */
export function prometheusReader(observer: Observer, environment: Environment): IMetricReader {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const handler = metricsHandler({ observer, readers: [reader] });
  const server = createServer((request, response) => {
    if (request.url?.split('?', 1)[0] === '/metrics') handler(request, response);
    else response.writeHead(404, { 'Content-Length': 0 }).end();
  });
  server.on('error', (error) => diag.error('/metrics is not served', error));
  server.listen(
    port(environment['OTEL_EXPORTER_PROMETHEUS_PORT']),
    environment['OTEL_EXPORTER_PROMETHEUS_HOST'] || 'localhost',
  );
  server.unref();
  return reader;
}

const DEFAULT_PORT = 9464;

function port(text: string | undefined): number {
  const number = Number(text);
  return text && Number.isInteger(number) && number >= 0 && number <= 65_535 ? number : DEFAULT_PORT;
}
