import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Variant } from '../framework.ts';
import { memoryReader } from './otel-reader.ts';

// Takes the spans and sends them nowhere: what a network costs is not measured for anybody here.
const nowhere: SpanExporter = {
  export: (_, done) => done({ code: 0 }),
  shutdown: () => Promise.resolve(),
};

/**
 * OpenTelemetry's HTTP instrumentation as NodeSDK sets it up: every request sampled, a batch span processor, the context
 * manager, and the metrics besides.
 */
export function start(): Variant<unknown> {
  const { reader, recorded } = memoryReader();
  const sdk = new NodeSDK({
    instrumentations: [new HttpInstrumentation()],
    spanProcessors: [new BatchSpanProcessor({ exporter: nowhere })],
    metricReaders: [reader],
    logRecordProcessors: [],
  });
  sdk.start();
  return { install: () => undefined, recorded };
}
