import { execFile } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collectorsFor } from '../../src/collectors/registry.ts';
import { createRunner } from '../../src/collectors/runner.ts';
import type { Runner } from '../../src/collectors/runner.ts';
import { GzipCache } from '../../src/http/gzip.ts';
import { thisMachine } from '../fixtures/proc-tree.ts';

// Those of lxcfs.
const SERVED = ['stat', 'meminfo', 'loadavg', 'diskstats'];

let procRoot: string;
let runner: Runner;
let pipes: string[];

// A procfs of links to the real one, whose files can be replaced.
beforeEach(async () => {
  pipes = [];
  procRoot = mkdtempSync(join(tmpdir(), 'proc-'));
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) symlinkSync(join('/proc', name), join(procRoot, name));
  }
  const context = { ...thisMachine, procRoot };
  runner = createRunner({ collectors: collectorsFor('linux'), context, intervalMs: 100, deadlineMs: 400 });
  await runner.start();
});

afterEach(() => {
  runner.close();
  // Whoever opens a pipe to read waits for a writer, and then for its end.
  for (const pipe of pipes) closeSync(openSync(pipe, 'r+'));
  rmSync(procRoot, { recursive: true });
});

function failed(): string[] {
  return runner.snapshot().collectors.flatMap(({ name, ok }) => (ok ? [] : [name]));
}

test.runIf(process.platform === 'linux')('what lxcfs does not serve is measured while it hangs', async () => {
  expect(failed()).toEqual([]);
  for (const name of SERVED) {
    const pipe = join(procRoot, `${name}.pipe`);
    await promisify(execFile)('mkfifo', [pipe]);
    renameSync(pipe, join(procRoot, name));
    pipes.push(join(procRoot, name));
  }
  const ofIt = ['cpu', 'load', 'memory', 'disk'];
  await expect.poll(failed, { timeout: 10_000 }).toEqual(expect.arrayContaining(ofIt));
  // pressure may be served as well, and waits its turn.
  expect(failed().filter((name) => !ofIt.includes(name) && name !== 'pressure')).toEqual([]);
  const ended = (): number => Math.min(...['network', 'filesystem', 'file_descriptor'].map(endOf));
  const before = performance.now();
  await expect.poll(ended, { timeout: 10_000 }).toBeGreaterThan(before);
  expect(await new GzipCache().of(Buffer.alloc(100_000))).toBeInstanceOf(Buffer);
});

function endOf(collector: string): number {
  return runner.snapshot().collectors.find(({ name, ok }) => ok && name === collector)?.collectedAt ?? 0;
}
