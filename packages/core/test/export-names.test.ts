import { expect, test } from 'vitest';
import * as core from '../src/index.ts';
import * as catalogue from '../src/catalogue.ts';
import * as cgroup from '../src/cgroup.ts';
import * as errors from '../src/errors.ts';
import * as express from '../../express/src/index.ts';
import * as fastify from '../../fastify/src/index.ts';
import * as hono from '../../hono/src/index.ts';
import * as koa from '../../koa/src/index.ts';
import * as node from '../../node/src/index.ts';
import * as otel from '../../otel/src/index.ts';
import * as probes from '../../probes/src/index.ts';
import * as sidecar from '../../sidecar/src/index.ts';
import * as socketPath from '../src/socket-path.ts';
import * as wholeCatalogue from '../src/whole-catalogue.ts';

// What is exported is promised. A change here is a change of the interface, and belongs in the release notes.
test('core', () => {
  expect(Object.keys(core).toSorted()).toMatchInlineSnapshot(`
    [
      "AttributeSet",
      "HistogramMetric",
      "Instrumentation",
      "METHODS",
      "NumberMetric",
      "OPERATION_BOUNDS",
      "OUTCOMES",
      "Observer",
      "OutriderError",
      "SlowLogLimiter",
      "VERSION",
      "activeSpanIds",
      "errors",
      "getObserver",
      "methodIndex",
      "seeEvents",
      "slowLogSink",
      "timed",
      "toldByOpenTelemetry",
      "warnOnce",
      "watchUpgrades",
    ]
  `);
});

test('core/catalogue', () => {
  expect(Object.keys(catalogue).toSorted()).toMatchInlineSnapshot(`
    [
      "BODY_SIZE_BOUNDS",
      "GC_BOUNDS",
      "LATENCY_BOUNDS",
      "OPERATION_BOUNDS",
      "STREAM_BOUNDS",
      "canonicalNumber",
      "catalogue",
      "metricDefinition",
      "prometheusLabel",
      "prometheusName",
      "prometheusType",
      "prometheusUnit",
    ]
  `);
});

test('core/whole-catalogue', () => {
  expect(Object.keys(wholeCatalogue).toSorted()).toEqual(['catalogue', 'metricDefinition']);
});

test('core/cgroup', () => {
  expect(Object.keys(cgroup).toSorted()).toMatchInlineSnapshot(`
    [
      "CONTAINER_METRICS",
      "cgroupPressurePaths",
      "containerSamples",
      "parseMountinfo",
      "readCgroup",
    ]
  `);
});

test('core/errors', () => {
  expect(Object.keys(errors).toSorted()).toMatchInlineSnapshot(`
    [
      "OutriderError",
      "errors",
      "show",
    ]
  `);
});

test('express', () => {
  expect(Object.keys(express).toSorted()).toMatchInlineSnapshot(`
    [
      "getObserver",
      "outrider",
    ]
  `);
});

test('koa', () => {
  expect(Object.keys(koa).toSorted()).toMatchInlineSnapshot(`
    [
      "getObserver",
      "outrider",
    ]
  `);
});

test('otel', () => {
  expect(Object.keys(otel).toSorted()).toMatchInlineSnapshot(`
    [
      "metricsHandler",
      "outriderMetricProducer",
    ]
  `);
});

test('probes', () => {
  expect(Object.keys(probes).toSorted()).toMatchInlineSnapshot(`
    [
      "deduplication",
      "getObserver",
      "observeCache",
      "pgClient",
      "readers",
      "recordQuery",
      "tasks",
      "timeQuery",
      "timed",
      "userSessions",
      "watchMongo",
      "watchOutgoing",
      "watchQueries",
    ]
  `);
});

test('fastify', () => {
  expect(Object.keys(fastify).toSorted()).toMatchInlineSnapshot(`
    [
      "getObserver",
      "outrider",
    ]
  `);
});

test('hono', () => {
  expect(Object.keys(hono).toSorted()).toMatchInlineSnapshot(`
    [
      "getObserver",
      "outrider",
    ]
  `);
});

test('node', () => {
  expect(Object.keys(node).toSorted()).toMatchInlineSnapshot(`
    [
      "getObserver",
      "outrider",
      "requestId",
    ]
  `);
});

test('sidecar', () => {
  expect(Object.keys(sidecar).toSorted()).toMatchInlineSnapshot(`
    [
      "OutriderError",
      "checkConfig",
      "configSchema",
      "defaultSocketPath",
      "flagOf",
      "keepMemorySmall",
      "loadConfig",
      "nearest",
      "printConfig",
      "settingKeys",
      "settings",
      "startSidecar",
      "variableOf",
    ]
  `);
});

test('core/socket-path', () => {
  expect(Object.keys(socketPath).toSorted()).toMatchInlineSnapshot(`
    [
      "ROOT_SOCKET",
      "defaultSocketPath",
      "findDefaultSocket",
    ]
  `);
});
