import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBootTime } from '../../src/forward/boot-time.ts';

describe('the time of boot', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-boot-time-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('is the kernel’s', async () => {
    await writeFile(join(folder, 'stat'), 'cpu  1 2 3 4\nctxt 5\nbtime 1763721350\nprocesses 6\n');
    expect(await readBootTime(folder)).toBe(1_763_721_350_000);
  });

  it.each(['without the line', 'without the file', 'where reading hangs'])('is asked of the system %s', async (how) => {
    if (how === 'without the line') await writeFile(join(folder, 'stat'), 'cpu  1 2 3 4\n');
    const pipe = join(folder, 'stat');
    // Opening it to read waits for somebody to write.
    if (how === 'where reading hangs') execFileSync('mkfifo', [pipe]);
    const passed = (): number => Date.now() - uptime() * 1000;
    const before = passed();
    const asked = await readBootTime(folder);
    if (how === 'where reading hangs') closeSync(openSync(pipe, 'w'));
    // The two clocks are not read at once, and one counts hundredths of a second.
    expect(asked).toBeGreaterThan(Math.min(before, passed()) - 5000);
    expect(asked).toBeLessThan(Math.max(before, passed()) + 5000);
  });
});
