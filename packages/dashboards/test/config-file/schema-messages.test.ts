import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../src/config-file/kind.ts';
import { configSchema } from '../../src/config-file/schema.ts';
import { all, inFile, rows } from './file-levels.ts';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true, verbose: true });
ajv.addVocabulary(['patternErrorMessage']);
const accepts = ajv.compile(configSchema());

describe('what an editor says by the schema of the configuration file', () => {
  // Of alternatives an editor shows what is wrong with any of them: `Expected integer` for 90s.
  it.each([
    ['scrapeInterval', '90s'],
    ['scrapeInterval', '1.5s'],
    ['thresholds.latency.warn', '60mss'],
    ['thresholds.memoryGrowth.bytesPerHour', '10 apples'],
    ['thresholds.cpu.high', '101%'],
    ['thresholds.throughput.floor', 'much'],
    ['latencyBounds.0', '25h'],
    ['datasource.uid', 'a b'],
    ['datasource.url', 'prometheus:9090'],
    ['urls.runbooks', 'ftp://h'],
    ['urls.dashboards', 'https://h/?'],
    ['hosts.cluster', '"a'],
    ['applications.cluster', '$x'],
  ])('says one thing of %s: %s, which is what would be right', (key, value) => {
    const [top = '', ...keys] = key.split('.');
    accepts(key.endsWith('.0') ? { [top]: [value] } : inFile([top, ...keys], value));
    const [error, ...more] = accepts.errors ?? [];
    expect(more).toEqual([]);
    expect(error?.keyword).toBe('pattern');
    const message = (error?.parentSchema as JsonSchema | undefined)?.patternErrorMessage;
    const row = rows.find((one) => one.key === key)?.row;
    if (row === undefined) expect(message).toMatch(/^must be a (?:time from|value, or an operator)/);
    else expect(message).toBe(`must be ${row.form}`);
  });

  it('says what is right wherever it has a pattern, which any engine understands', () => {
    const patterns = all.flatMap(({ row }) => (row === undefined ? [] : patternsOf(row.schema)));
    expect(patterns.length).toBeGreaterThan(rows.length / 2);
    for (const { pattern = '', patternErrorMessage } of patterns) {
      expect(patternErrorMessage).toMatch(/^must be /);
      expect(pattern).not.toMatch(/\\p\{|(?<!\\)\[\^?\]|\[(.)-\1\]|\{1\}/);
      expect(pattern.startsWith('^') || pattern.startsWith('(?=^')).toBe(true);
    }
  });
});

function patternsOf(schema: unknown): readonly JsonSchema[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const here = 'pattern' in schema ? [schema as JsonSchema] : [];
  return [...here, ...Object.values(schema).flatMap(patternsOf)];
}
