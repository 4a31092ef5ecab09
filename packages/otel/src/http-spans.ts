import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { createRequire, syncBuiltinESMExports } from 'node:module';

/**
 * Spans for the requests that `node:http` and `node:https` serve and make from here on, in CommonJS and ES modules.
 *
 * The instrumentation patches a module when it is required, and ES modules require nothing. So both are required here,
 * which patches them for everybody, without the loader hook that ES modules otherwise need.
 */
export function httpSpans(): HttpInstrumentation {
  const instrumentation = new HttpInstrumentation();
  const require = createRequire(import.meta.url);
  for (const module of ['node:http', 'node:https']) require(module);
  syncBuiltinESMExports();
  return instrumentation;
}
