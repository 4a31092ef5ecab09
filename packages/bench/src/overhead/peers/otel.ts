import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { createRequire } from 'node:module';
import type { Variant } from '../framework.ts';
import { memoryReader } from './otel-reader.ts';

/**
 * OpenTelemetry's HTTP instrumentation for metrics only: no tracer, no context manager, no instrumentation of the
 * framework, and an exporter that sends nothing.
 */
export function start(): Variant<unknown> {
  const { reader, recorded } = memoryReader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  registerInstrumentations({ instrumentations: [new HttpInstrumentation()], meterProvider });
  // It patches what is required; a framework that is an ES module might never do so.
  createRequire(import.meta.url)('node:http');
  return { install: () => undefined, recorded };
}
