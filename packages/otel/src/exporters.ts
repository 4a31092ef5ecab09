/** The three signals of OpenTelemetry. */
export type Signal = 'TRACES' | 'METRICS' | 'LOGS';

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The exporters that the environment names for a signal: those of OTEL_<signal>_EXPORTER, else `otlp` if an OTLP
 * endpoint is named for the signal or for all, else none.
 *
 * The SDK's own default, OTLP to port 4318 of this host, is not taken: there the Outrider sidecar listens, which takes
 * metrics and nothing else.
 */
export function namedExporters(signal: Signal, environment: Environment): readonly string[] {
  const named = (environment[`OTEL_${signal}_EXPORTER`] ?? '').split(',').map((name) => name.trim());
  const exporters = [...new Set(named)].filter((name) => name !== '');
  if (exporters.length > 0) return exporters;
  return endpointIsNamed(signal, environment) ? ['otlp'] : [];
}

/** Whether the environment names an OTLP endpoint for a signal or for all. */
export function endpointIsNamed(signal: Signal, environment: Environment): boolean {
  return Boolean(environment[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`] || environment['OTEL_EXPORTER_OTLP_ENDPOINT']);
}
