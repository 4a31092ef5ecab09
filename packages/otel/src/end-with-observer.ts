import { ProxyTracerProvider, metrics, trace } from '@opentelemetry/api';
import type { NodeSDK } from '@opentelemetry/sdk-node';
import type { Observer } from '@outrider/core';

/**
 * Lets the SDK export once more whenever the observer pushes at the end of the process: on an empty event loop and on
 * SIGTERM and SIGINT.
 */
export function endWithObserver(sdk: NodeSDK, observer: Observer): void {
  observer.onFlush((last) => (last ? sdk.shutdown() : flush()));
}

interface Flushable {
  forceFlush?(): Promise<void>;
}

async function flush(): Promise<void> {
  const tracers = trace.getTracerProvider();
  const providers = [
    tracers instanceof ProxyTracerProvider ? tracers.getDelegate() : tracers,
    metrics.getMeterProvider(),
  ] as Flushable[];
  await Promise.all(providers.map((provider) => provider.forceFlush?.() ?? Promise.resolve()));
}
