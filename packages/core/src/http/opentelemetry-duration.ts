import { context, createContextKey } from '@opentelemetry/api';
import type { IncomingMessage } from 'node:http';
import { toldByOpenTelemetry } from '../opentelemetry-metric.ts';

const SCOPE = '@opentelemetry/instrumentation-http';
const METRIC = 'http.server.request.duration';

// Where instrumentation-http notes, in the context, which request it has a span for.
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/**
 * Whether OpenTelemetry's instrumentation-http sees this request, and a reader tells its `http.server.request.duration`;
 * undefined if this request cannot show it, because it came over HTTP/2 or through no server.
 *
 * It cannot see an instrumentation that was given a MeterProvider other than the global one.
 */
export function recordedByOpenTelemetry(request: IncomingMessage): boolean | undefined {
  // Asked of the server that has the request, not of node:http: a server of HTTP/2 is not instrumented.
  const server = request.httpVersionMajor === 1 && (request.socket as { readonly server?: object } | null)?.server;
  if (!server) return undefined;
  return (isInstrumented(server) || hasRpcMetadata()) && isTold();
}

// The prototype's `emit` is what is instrumented; a server may have one of its own before it.
function isInstrumented(server: object): boolean {
  for (let layer: object | null = server; layer !== null; layer = Object.getPrototypeOf(layer) as object | null) {
    if (isPatch(Object.getOwnPropertyDescriptor(layer, 'emit')?.value)) return true;
  }
  return false;
}

/** A function that shimmer put around another one. */
interface Wrapped {
  readonly name: string;
  readonly __wrapped?: boolean;
  readonly __original?: unknown;
}

const MAX_WRAPPERS = 32;

function isPatch(emit: unknown): boolean {
  let layer = emit;
  for (let depth = 0; typeof layer === 'function' && depth < MAX_WRAPPERS; depth++) {
    const { name, __wrapped: wrapped, __original: original } = layer as Wrapped;
    if (wrapped === true && name === 'incomingRequest') return true;
    layer = original;
  }
  return false;
}

// What finds it where somebody else has wrapped the wrapper, or a minifier has taken its name.
function hasRpcMetadata(): boolean {
  const metadata = context.active().getValue(RPC_METADATA) as { readonly type?: unknown } | undefined;
  return metadata?.type === 'http';
}

// Of a MeterProvider whose inside is unknown, what can be said from outside has to do: it is there, and so it tells.
function isTold(): boolean {
  return toldByOpenTelemetry(METRIC, SCOPE) ?? true;
}
