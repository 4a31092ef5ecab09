import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultConfig, ruleGroups } from '@outrider/dashboards';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Guardian } from '../../src/demo/guardian.ts';
import { PROMETHEUS_CONFIG } from '../../src/demo/layout.ts';
import { freePorts } from '../../src/demo/ports.ts';
import { Processes } from '../../src/demo/processes.ts';
import { startPrometheus } from '../../src/demo/prometheus.ts';

describe('the bundled prometheus.yml', () => {
  it('is valid, with the rules beside it', async () => {
    const { stdout } = await promisify(execFile)('promtool', ['check', 'config', PROMETHEUS_CONFIG]);
    expect(stdout).toContain('SUCCESS: 1 rule files found');
  });

  it('keeps the labels of the applications, and scrapes the default address of the sidecar', async () => {
    const config = await readFile(PROMETHEUS_CONFIG, 'utf8');
    expect(config).toMatch(/^ {4}honor_labels: true$/m);
    expect(config).toContain("targets: ['127.0.0.1:9464']");
  });
});

describe('the Prometheus of the demo', () => {
  let folder: string;
  let guardian: Guardian;
  let processes: Processes;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-demo-prometheus-'));
    guardian = new Guardian(folder);
    processes = new Processes(guardian);
  });

  afterEach(async () => {
    await processes.stop();
    await guardian.release();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });

  it('has all rules, and looks every five seconds at the sidecar of the demo', async () => {
    const ports = await freePorts({ prometheus: 0, metrics: 0 });
    await startPrometheus(processes, 'prometheus', join(folder, 'prometheus'), ports);
    const ask = async (path: string): Promise<unknown> => {
      const answer = await fetch(`http://127.0.0.1:${ports.prometheus}/api/v1/${path}`);
      return ((await answer.json()) as { data: unknown }).data;
    };

    const { groups } = (await ask('rules')) as {
      groups: ReadonlyArray<{ name: string; interval: number; rules: readonly unknown[] }>;
    };
    const loaded = groups.map(({ name, interval, rules }) => [name, `${rules.length} rules, ${interval}s`]);
    const expected = ruleGroups(defaultConfig).map(({ name, interval, rules }) => [
      name,
      `${rules.length} rules, ${interval}`,
    ]);
    expect(Object.fromEntries(loaded)).toEqual(Object.fromEntries(expected));
    const { yaml } = (await ask('status/config')) as { yaml: string };
    expect(yaml).toMatch(/^ {2}scrape_interval: 5s$/m);
    expect(yaml).toContain(`127.0.0.1:${ports.metrics}`);
  });
});
