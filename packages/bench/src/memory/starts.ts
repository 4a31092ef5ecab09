/** What is started in a process. */
export type StartName = 'bare' | 'outrider' | 'prom-client' | 'otel';

/** What is started in a process that has an HTTP server; each comes to its end when it has been read once. */
export const starts: Readonly<Record<StartName, () => Promise<void>>> = {
  bare: () => Promise.resolve(),
  async outrider() {
    const { getObserver } = await import('@outrider/core');
    const observer = getObserver();
    // The recorder is made when it is first asked for.
    observer.requests.begin(0, 0);
    const pushed = await observer.push();
    if (pushed !== 'ok') throw new Error(`The push was ${pushed}.`);
  },
  async 'prom-client'() {
    const { createRequestHistogram } = await import('../overhead/peers/prom-client.ts');
    const { recorded } = createRequestHistogram();
    await recorded();
  },
  async otel() {
    const { registerInstrumentations } = await import('@opentelemetry/instrumentation');
    const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http');
    const { createProvider } = await import('../subjects/otel-provider.ts');
    const { createOtlpExporter } = await import('../subjects/otlp-exporter.ts');
    const meterProvider = createProvider(1, createOtlpExporter(process.env['OUTRIDER_SOCKET'] ?? ''));
    registerInstrumentations({ instrumentations: [new HttpInstrumentation()], meterProvider });
    meterProvider.getMeter('outrider-bench').createCounter('started').add(1);
    await meterProvider.forceFlush();
  },
};
