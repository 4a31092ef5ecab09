import { describe, expect, test } from 'vitest';
import { catalogue as shared } from '../src/catalogue.ts';
import { prometheusName } from '../src/prometheus-name.ts';
import { serverMetrics } from '../src/server-catalogue.ts';
import { catalogue, metricDefinition } from '../src/whole-catalogue.ts';

test('no name stands for two metrics, in OpenTelemetry or in Prometheus', () => {
  expect(catalogue.size).toBe(shared.size + serverMetrics.length);
  const exposed = [...catalogue.values()].map(({ name, unit, kind }) => prometheusName(name, unit, kind));
  expect(new Set(exposed).size).toBe(exposed.length);
});

describe.each(serverMetrics)('$name', ({ name, attributes, description, emitter, stability }) => {
  test('belongs to a server that is watched, and says so', () => {
    expect(name).toMatch(/^(redis|postgresql|pgbouncer|memcached)\.[a-z0-9_.]+$/);
    expect(attributes.slice(0, 2)).toEqual(['server.address', 'server.port']);
    expect(new Set(attributes).size).toBe(attributes.length);
    expect(emitter).toBe('sidecar');
    // The Collector has no receiver for PgBouncer.
    if (name.startsWith('pgbouncer.')) expect(stability).toBe('outrider');
  });

  test('says what it is in a sentence', () => {
    expect(description).toMatch(/^[A-Z0-9].*[^.]\.$/);
  });
});

test('what is in neither catalogue cannot be emitted', () => {
  expect(metricDefinition('redis.keyspace.hits').unit).toBe('{hit}');
  expect(metricDefinition('cache.size').unit).toBe('By');
  expect(() => metricDefinition('redis.commands')).toThrow('redis.commands is not in the catalogue');
});
