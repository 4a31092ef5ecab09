import { diag } from '@opentelemetry/api';
import { OTLPMetricExporter as OtlpGrpcExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as OtlpJsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as OtlpProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { ConsoleMetricExporter, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { IMetricReader, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { Observer } from '@outrider/core';
import { endpointIsNamed, namedExporters } from './exporters.ts';
import type { Environment } from './exporters.ts';
import { outriderMetricProducer } from './metric-producer.ts';
import { prometheusReader } from './prometheus-reader.ts';

/**
 * The metric readers that the environment asks for, by OTEL_METRICS_EXPORTER: `otlp`, `console`, `prometheus`, `none`.
 *
 * Outrider's metrics are in them, except where its push already takes them to the same place, so that nothing arrives
 * twice: see {@link isPushed}.
 */
export function metricReaders(observer: Observer, environment: Environment): IMetricReader[] {
  const names = namedExporters('METRICS', environment);
  if (names.includes('none')) return [];
  return names.flatMap((name) => {
    switch (name) {
      case 'otlp':
        return otlpReader(observer, environment);
      case 'console':
        return periodicReader(new ConsoleMetricExporter(), observer, environment);
      case 'prometheus':
        return prometheusReader(observer, environment);
      default:
        diag.warn(`OTEL_METRICS_EXPORTER: ${name} is not one of otlp, console, prometheus, none`);
        return [];
    }
  });
}

function otlpReader(observer: Observer, environment: Environment): IMetricReader {
  const protocol = otlpProtocol(environment);
  const pushed = isPushed(protocol, environment);
  return periodicReader(otlpExporter(protocol), pushed ? undefined : observer, environment);
}

function otlpProtocol(environment: Environment): string {
  const { OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: metrics, OTEL_EXPORTER_OTLP_PROTOCOL: all } = environment;
  return (metrics || all || 'http/protobuf').trim();
}

function otlpExporter(protocol: string): PushMetricExporter {
  if (protocol === 'grpc') return new OtlpGrpcExporter();
  if (protocol === 'http/json') return new OtlpJsonExporter();
  if (protocol !== 'http/protobuf') diag.warn(`OTLP over ${protocol} is not known; http/protobuf is used for metrics`);
  return new OtlpProtobufExporter();
}

/**
 * Whether Outrider's own push serves whoever the OTLP reader exports to. It goes to a sidecar, or over HTTP to the
 * endpoint that is named; only an endpoint that speaks gRPC is out of its reach.
 */
function isPushed(protocol: string, environment: Environment): boolean {
  if (environment['OUTRIDER_SOCKET']) return true;
  return protocol !== 'grpc' || !endpointIsNamed('METRICS', environment);
}

const EXPORT_INTERVAL_MS = 60_000;
const EXPORT_TIMEOUT_MS = 30_000;

function periodicReader(
  exporter: PushMetricExporter,
  observer: Observer | undefined,
  environment: Environment,
): IMetricReader {
  const exportIntervalMillis = milliseconds(environment['OTEL_METRIC_EXPORT_INTERVAL'], EXPORT_INTERVAL_MS);
  const exportTimeoutMillis = milliseconds(environment['OTEL_METRIC_EXPORT_TIMEOUT'], EXPORT_TIMEOUT_MS);
  return new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis,
    // The reader refuses to wait longer than its interval.
    exportTimeoutMillis: Math.min(exportTimeoutMillis, exportIntervalMillis),
    metricProducers: observer === undefined ? [] : [outriderMetricProducer(observer)],
  });
}

function milliseconds(text: string | undefined, otherwise: number): number {
  const number = Number(text);
  return text && number > 0 && number < 2 ** 31 ? number : otherwise;
}
