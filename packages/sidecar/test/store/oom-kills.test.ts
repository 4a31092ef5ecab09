import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OomKills } from '../../src/store/oom-kills.ts';

let procRoot: string;
let now: number;
let kills: OomKills;

beforeEach(async () => {
  procRoot = await mkdtemp(join(tmpdir(), 'outrider-oom-'));
  now = 0;
  kills = new OomKills({ procRoot, clock: () => now });
});

afterEach(() => rm(procRoot, { recursive: true }));

async function see(count: number): Promise<void> {
  await writeFile(join(procRoot, 'vmstat'), `nr_free_pages 1\noom_kill ${count}\nnuma_hit 5\n`);
  await kills.look();
}

it('explain one end each, not those from before the sidecar began', async () => {
  await see(5);
  expect(kills.take()).toBe(false);
  await see(7);
  expect([kills.take(), kills.take(), kills.take()]).toEqual([true, true, false]);
});

it('explain no end ten seconds later', async () => {
  await see(0);
  await see(1);
  now = 10_000;
  await see(2);
  now = 10_001;
  expect([kills.take(), kills.take()]).toEqual([true, false]);
});

it('are none where they are not counted', async () => {
  await kills.look();
  await writeFile(join(procRoot, 'vmstat'), 'nr_free_pages 1\n');
  await kills.look();
  expect(kills.take()).toBe(false);
});

it('are read once at a time', async () => {
  await see(0);
  const first = kills.look();
  expect(kills.look()).toBe(first);
  await first;
});
