import { ROOT_CONTEXT, context, createContextKey, metrics } from '@opentelemetry/api';
import type { Meter, MeterProvider } from '@opentelemetry/api';
import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { recordedByOpenTelemetry } from '../../src/http/opentelemetry-duration.ts';
import { activate } from '../active-context.ts';

// What the real SDK and instrumentation-http do is tested in @outrider/otel; this is what they cannot be made to do.

afterEach(() => {
  metrics.disable();
  context.disable();
});

interface Layer {
  (...given: unknown[]): boolean;
  __wrapped?: boolean;
  __original?: unknown;
}

function emit(): boolean {
  return true;
}

/** `emit` as instrumentation-http leaves it. */
function instrumented(original: unknown = emit): Layer {
  const incomingRequest: Layer = () => true;
  return Object.assign(incomingRequest, { __wrapped: true, __original: original });
}

function over(original: unknown, wrapped = true): Layer {
  const somebodyElse: Layer = () => true;
  return Object.assign(somebodyElse, wrapped ? { __wrapped: true, __original: original } : {});
}

function request(of: unknown, httpVersionMajor = 1): IncomingMessage {
  return { httpVersionMajor, socket: { server: { emit: of } } } as never;
}

function provide(extra: object): void {
  const provider: MeterProvider = { getMeter: () => ({}) as Meter };
  metrics.setGlobalMeterProvider(Object.assign(provider, extra));
}

function underRpcMetadata(type: string): void {
  activate(ROOT_CONTEXT.setValue(createContextKey('OpenTelemetry SDK Context Key RPC_METADATA'), { type }));
}

function storing(name: string, kind: unknown, scope = '@opentelemetry/instrumentation-http:0.301.0:'): object {
  const storage = { getInstrumentDescriptor: () => ({ name }), _deltaMetricStorage: { _aggregator: { kind } } };
  const state = { metricStorageRegistry: { getStorages: () => [storage] } };
  return { _sharedState: { metricCollectors: [{}], meterSharedStates: new Map([[scope, state]]) } };
}

const METRIC = 'http.server.request.duration';

describe('recordedByOpenTelemetry', () => {
  test('is false without a MeterProvider', () => {
    expect(recordedByOpenTelemetry(request(instrumented()))).toBe(false);
  });

  test('is false for a server that is not instrumented', () => {
    provide({});
    expect(recordedByOpenTelemetry(request(emit))).toBe(false);
  });

  test.each([
    ['HTTP/2', request(instrumented(), 2)],
    ['a request that no server received', { httpVersionMajor: 1, socket: {} } as never],
    ['a request without a socket', { httpVersionMajor: 1, socket: null } as never],
  ])('is not decided by %s', (_name, undecided) => {
    provide({});
    expect(recordedByOpenTelemetry(undecided)).toBeUndefined();
  });

  test('takes a MeterProvider that it does not know for one that is read', () => {
    provide({});
    expect(recordedByOpenTelemetry(request(instrumented()))).toBe(true);
    expect(recordedByOpenTelemetry(request(over(over(instrumented()))))).toBe(true);
  });

  test('takes a state that it does not understand likewise', () => {
    provide({
      _sharedState: {
        metricCollectors: [{}],
        meterSharedStates: new Map([['@opentelemetry/instrumentation-http:1:', {}]]),
      },
    });
    expect(recordedByOpenTelemetry(request(instrumented()))).toBe(true);
  });

  test('finds the instrumentation under a wrapper that shows no original by the context', () => {
    provide({});
    const hidden = request(over(instrumented(), false));
    expect(recordedByOpenTelemetry(hidden)).toBe(false);
    underRpcMetadata('http');
    expect(recordedByOpenTelemetry(hidden)).toBe(true);
  });

  test('finds it on the prototype of a server that has an emit of its own', () => {
    provide({});
    const server = Object.assign(Object.create({ emit: instrumented() }), { emit });
    expect(recordedByOpenTelemetry({ httpVersionMajor: 1, socket: { server } } as never)).toBe(true);
  });

  test('does not follow wrappers for ever', () => {
    const layer = over(undefined);
    layer.__original = layer;
    provide({});
    expect(recordedByOpenTelemetry(request(layer))).toBe(false);
  });

  test.each([
    ['the metric', storing(METRIC, 3), true],
    ['the metric, by an aggregator of an unknown shape', storing(METRIC, undefined), true],
    ['the metric, dropped', storing(METRIC, 0), false],
    ['the metric under another name', storing('renamed', 3), false],
    ['what instrumentation-http recorded before its version 0.200', storing('http.server.duration', 3), false],
    ['the metric of another scope', storing(METRIC, 3, '@opentelemetry/instrumentation-http-next:1:'), false],
  ])('asks what the SDK stores: %s', (_name, state, recorded) => {
    provide(state);
    expect(recordedByOpenTelemetry(request(instrumented()))).toBe(recorded);
  });
});
