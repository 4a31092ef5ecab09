import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LATENCY_BOUNDS, catalogue, metricDefinition } from '../src/catalogue.ts';

const rows = [...catalogue.values()];

test('a name stands for one metric', () => {
  // The map would hide a second row of the same name.
  const source = readFileSync(new URL('../src/catalogue.ts', import.meta.url), 'utf8');
  const names = [...source.matchAll(/^ {2}\['([\w.]+)',/gm)].map(([, name]) => name);
  expect(names).toEqual([...catalogue.keys()]);
  expect(new Set(names).size).toBe(names.length);
});

describe.each(rows)('$name', ({ name, unit, kind, attributes, description, stability, emitter }) => {
  test('has a name in the style of the semantic conventions', () => {
    expect(name).toMatch(/^[a-z][a-z0-9]*(\.[a-z0-9][a-z0-9_]*)+$/);
    expect(name).not.toMatch(/_total$|_seconds$|_bytes$/);
  });

  test('has attributes in their style, each once', () => {
    for (const attribute of attributes) expect(attribute).toMatch(/^[a-z][a-z0-9]*([._][a-z][a-z0-9_]*)*$/);
    expect(new Set(attributes).size).toBe(attributes.length);
    const forbidden = /url\.(full|path|query)|user|request\.id|request_id|db\.query\.text|client\.address/;
    expect(attributes.filter((attribute) => forbidden.test(attribute))).toEqual([]);
  });

  test('has a base unit that fits its kind', () => {
    expect(unit).toMatch(/^(s|By|1|\{[a-z_]+\}|)$/);
    const isTime = (kind.endsWith('histogram') && unit !== 'By') || /duration|time$|uptime|delay/.test(name);
    expect(isTime && unit !== 's').toBe(false);
    // 1 is a ratio, and a ratio is neither counted nor summed.
    expect(unit === '1' && kind !== 'gauge').toBe(false);
    expect(unit === '1').toBe(name.endsWith('utilization'));
  });

  test('says what it is in a sentence', () => {
    expect(description).toMatch(/^[A-Z0-9].*[^.]\.$/);
  });

  test('is marked as our own where there is no convention', () => {
    expect(/^(outrider|cache)\./.test(name) && stability !== 'outrider').toBe(false);
    expect(emitter === 'both').toBe(name.startsWith('container.'));
    expect(name.startsWith('system.') && emitter !== 'sidecar').toBe(false);
  });
});

test('every threshold that an alert or gate uses is a bound of the latency histogram', () => {
  expect(LATENCY_BOUNDS).toEqual(expect.arrayContaining([0.06, 0.12, 0.15, 0.2, 3]));
  expect(LATENCY_BOUNDS).toEqual([
    0.005, 0.01, 0.025, 0.03, 0.05, 0.06, 0.075, 0.1, 0.12, 0.15, 0.2, 0.25, 0.5, 0.75, 1, 2.5, 3, 5, 7.5, 10,
  ]);
});

test('what is not in the catalogue cannot be emitted', () => {
  expect(metricDefinition('cache.size').unit).toBe('By');
  expect(() => metricDefinition('cache.weight')).toThrow('cache.weight is not in the catalogue');
});
