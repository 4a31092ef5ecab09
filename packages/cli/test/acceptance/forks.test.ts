import { execFile } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { select } from './exposition.ts';
import type { Sample } from './exposition.ts';
import { linkedProc } from './linked-proc.ts';
import { childrenOf } from './process-table.ts';
import { Stage } from './stage.ts';
import { nothingSeen, sendMix } from './traffic.ts';

const PRELOAD = fileURLToPath(new URL('programs/report-forks.mjs', import.meta.url));
// Ten intervals of the sidecar.
const OBSERVED_MS = 10_000;

// Without it, that nothing was reported would say nothing.
test('what reports forks does', async () => {
  const program = "require('node:child_process').execFileSync('true')";
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', PRELOAD, '--eval', program]);
  expect(stderr).toMatch(/^forked /m);
});

describe('the sidecar', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open();
  });

  afterEach(() => stage.close());

  it('starts no process, ever', { timeout: 60_000 }, async () => {
    const sidecar = await stage.startSidecar({ nodeArgs: ['--import', PRELOAD] });
    const application = await stage.startApplication('express');
    const forked: string[] = [];
    const never = sidecar.line((line) => (line.startsWith('forked ') ? line : undefined), OBSERVED_MS + 30_000);
    void never.then((line) => forked.push(line)).catch(() => undefined);

    const children = new Set<number>();
    const seen = nothingSeen();
    const end = performance.now() + OBSERVED_MS;
    const sampler = setInterval(() => {
      for (const pid of childrenOf(sidecar.pid)) children.add(pid);
    }, 50);
    // Everything that it does: receive, collect, be read.
    while (performance.now() < end) {
      await Promise.all([sendMix(application.port, 10, seen), stage.exposition(), stage.api(), stage.get('readyz')]);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    clearInterval(sampler);
    expect([...children]).toEqual([]);
    expect(forked).toEqual([]);
  });

  it('is not held up by a reading that never ends', { timeout: 60_000 }, async () => {
    const procRoot = await linkedProc(join(stage.folder, 'proc'));
    await stage.startSidecar({ args: ['--proc-root', procRoot] });
    expect(successes(await stage.samples())).toMatchObject({ memory: 1, cpu: 1, network: 1 });

    // What a file of a user-space file system (lxcfs serves this one in containers) is when its daemon hangs: opening
    // it does not return.
    const pipe = join(procRoot, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    await rename(pipe, join(procRoot, 'meminfo'));

    await expect
      .poll(async () => successes(await stage.samples())['memory'], { timeout: 15_000, interval: 100 })
      .toBe(0);
    const hung = await stage.samples();
    const others = Object.entries(successes(hung)).filter(([name]) => name !== 'memory');
    expect(others.filter(([, success]) => success !== 1)).toEqual([]);
    const cpuTime = cpuTimeOf(hung);
    await expect
      .poll(async () => cpuTimeOf(await stage.samples()), { timeout: 15_000, interval: 100 })
      .toBeGreaterThan(cpuTime);
    const { system } = await stage.api();
    expect(system).toMatchObject({ memory_used_mb: null, cpu_percent: expect.any(Number) });
    expect(system.reasons['memory_used_mb']).toContain('timed out');

    const latencies: number[] = [];
    for (let at = 0; at < 20; at += 1) {
      const begun = performance.now();
      await stage.exposition();
      latencies.push(performance.now() - begun);
    }
    expect(latencies.toSorted((a, b) => a - b)[10]).toBeLessThan(100);
  });
});

/** Whether the last collection of each collector succeeded. */
function successes(samples: readonly Sample[]): Record<string, number> {
  const found = select(samples, 'outrider_collector_success');
  return Object.fromEntries(found.map(({ labels, value }) => [labels['collector'] ?? '', value]));
}

function cpuTimeOf(samples: readonly Sample[]): number {
  return select(samples, 'system_cpu_time_seconds_total').reduce((sum, { value }) => sum + value, 0);
}
