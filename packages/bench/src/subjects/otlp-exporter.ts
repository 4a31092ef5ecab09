import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';

/** OpenTelemetry's exporter of OTLP in JSON, over a Unix socket. */
export function createOtlpExporter(socketPath: string): OTLPMetricExporter {
  return new OTLPMetricExporter({
    url: 'http://localhost/v1/metrics',
    // Node's agents take the path of a socket; their types know it of requests only.
    httpAgentOptions: { socketPath, keepAlive: true } as object,
  });
}
