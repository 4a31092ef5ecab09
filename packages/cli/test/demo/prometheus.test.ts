import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PROMETHEUS_CONFIG } from '../../src/demo/layout.ts';

describe('the bundled prometheus.yml', () => {
  it('is valid', async () => {
    const { stdout } = await promisify(execFile)('promtool', ['check', 'config', PROMETHEUS_CONFIG]);
    expect(stdout).toContain('SUCCESS');
  });

  it('keeps the labels of the applications, and scrapes the default address of the sidecar', async () => {
    const config = await readFile(PROMETHEUS_CONFIG, 'utf8');
    expect(config).toMatch(/^ {4}honor_labels: true$/m);
    expect(config).toContain("targets: ['127.0.0.1:9464']");
  });
});
