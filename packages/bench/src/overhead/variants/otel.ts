import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Variant } from '../variant.ts';
import { memoryReader } from './otel-reader.ts';

/**
 * OpenTelemetry's HTTP instrumentation for metrics only: no tracer, no context manager, no Express instrumentation, and
 * an exporter that sends nothing.
 */
export function start(): Variant {
  const { reader, recorded } = memoryReader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  registerInstrumentations({ instrumentations: [new HttpInstrumentation()], meterProvider });
  return { install: () => undefined, recorded };
}
