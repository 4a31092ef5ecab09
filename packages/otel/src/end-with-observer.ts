import { ProxyTracerProvider, metrics, trace } from '@opentelemetry/api';
import type { NodeSDK } from '@opentelemetry/sdk-node';
import type { Observer } from '@outrider/core';

/** How long a process that is about to end waits for the exporters. */
const LAST_EXPORT_MS = 1000;

/**
 * Lets the SDK export once more whenever the observer pushes at the end of the process: on an empty event loop and on
 * SIGTERM and SIGINT. The observer alone listens for them, since it tells by the number of listeners whether the
 * application handles a signal itself; a listener of ours would change what the signal means.
 */
export function endWithObserver(sdk: NodeSDK, observer: Observer): void {
  const push = observer.push.bind(observer);
  const shutdown = observer.shutdown.bind(observer);
  let closing: Promise<void> | undefined;
  observer.push = async () => {
    const [result] = await Promise.all([push(), inTime(flush())]);
    return result;
  };
  observer.shutdown = () => {
    closing ??= Promise.all([shutdown(), inTime(sdk.shutdown())]).then(() => undefined);
    return closing;
  };
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

/** Waits for an export, no longer than a process may take to end. What went wrong is in OpenTelemetry's own log. */
async function inTime(exported: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LAST_EXPORT_MS);
  });
  await Promise.race([exported.catch(() => undefined), deadline]);
  clearTimeout(timer);
}
