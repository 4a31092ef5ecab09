import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import type { RequestOptions } from 'node:http';
import { createRequire, syncBuiltinESMExports } from 'node:module';

/**
 * Spans for the requests that `node:http` and `node:https` serve and make from here on, in CommonJS and ES modules.
 *
 * The instrumentation patches a module when it is required, and ES modules require nothing. So both are required here,
 * which patches them for everybody, without the loader hook that ES modules otherwise need.
 */
export function httpSpans(): HttpInstrumentation {
  const instrumentation = new HttpInstrumentation({ ignoreOutgoingRequestHook: isPush });
  const require = createRequire(import.meta.url);
  for (const module of ['node:http', 'node:https']) require(module);
  syncBuiltinESMExports();
  return instrumentation;
}

// Telemetry on its way out is no work of the application, and would be a trace of its own every few seconds.
function isPush({ method, path }: RequestOptions): boolean {
  return method === 'POST' && path?.endsWith('/v1/metrics') === true;
}
