import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROMETHEUS_CONFIG } from '../../../src/demo/layout.ts';
import { hurriedRules } from '../../../src/demo/regression/hurried-rules.ts';

let shipped = '';
let folder = '';

beforeAll(async () => {
  shipped = await readFile(join(dirname(PROMETHEUS_CONFIG), 'rules', 'outrider.yml'), 'utf8');
  folder = await mkdtemp(join(tmpdir(), 'outrider-hurry-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('leaves the rules as they are where there is no haste', () => {
  expect(hurriedRules(shipped, 1)).toBe(shipped);
});

it('shortens what is below an hour and nothing else', () => {
  const rules = `
      - expr: avg_over_time(a[1h] offset 23h30m) > rate(b[5m]) and process_uptime_seconds{job="x"} > 600
        for: 10m
        keep_firing_for: 5m
      - expr: max_over_time(d[1h:1m]) > 600
        for: 0m`;
  expect(hurriedRules(rules, 20)).toBe(`
      - expr: avg_over_time(a[1h] offset 23h30m) > rate(b[15000ms]) and process_uptime_seconds{job="x"} > 30
        for: 30000ms
        keep_firing_for: 15000ms
      - expr: max_over_time(d[1h:3000ms]) > 600
        for: 0s`);
});

it('gives rules that Prometheus takes, and no window of minutes is left', async () => {
  const file = join(folder, 'rules.yml');
  const hurried = hurriedRules(shipped, 20);
  await writeFile(file, hurried);
  await promisify(execFile)('promtool', ['check', 'rules', file]);
  expect(hurried).not.toMatch(/\[\d+m\]|for: [1-9]\d*m$/m);
  const uptimes = (rules: string): number[] =>
    [...rules.matchAll(/process_uptime_seconds[^>]*> ([\d.]+)/g)].map(([, seconds]) => Number(seconds));
  expect(uptimes(shipped)).not.toEqual([]);
  expect(uptimes(hurried)).toEqual(uptimes(shipped).map((seconds) => seconds / 20));
});
