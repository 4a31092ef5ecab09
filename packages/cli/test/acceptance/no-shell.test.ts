import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { demoEnvironment } from '../../src/demo/environment.ts';
import type { Sample } from './exposition.ts';
import { childrenOf } from './process-table.ts';
import { Stage } from './stage.ts';
import { toolFolders, withoutShell } from './without-shell.ts';

const PRELOAD = fileURLToPath(new URL('programs/report-forks.mjs', import.meta.url));
const POLL = { timeout: 30_000, interval: 250 };

// Both sidecars read the same machine, a second apart at most.
const RELATIVE = 0.1;
const ABSOLUTE: ReadonlyArray<readonly [suffix: RegExp, tolerance: number]> = [
  [/_ratio$/, 1],
  [/load_average/, 1],
  [/_seconds_total$/, 5],
  [/_bytes(_total)?$/, 64 * 2 ** 20],
  [/_total$/, 10_000],
  [/descriptor_count$/, 500],
];

let outside: Stage;
let inside: Stage;

beforeEach(async () => {
  [outside, inside] = await Promise.all([Stage.open(), Stage.open()]);
});

afterEach(() => Promise.all([outside.close(), inside.close()]));

it('without a shell and any tool nothing is missing, and nothing is zero', { timeout: 90_000 }, async () => {
  await outside.startSidecar();
  const sidecar = await inside.startSidecar({
    through: await withoutShell(inside.folder),
    nodeArgs: ['--import', PRELOAD],
    env: demoEnvironment({ PATH: '/usr/bin:/bin' }),
  });
  const forked: string[] = [];
  const never = sidecar.line((line) => (line.startsWith('forked ') ? line : undefined), 60_000);
  void never.then((line) => forked.push(line)).catch(() => undefined);
  for (const folder of toolFolders()) expect(readdirSync(`/proc/${sidecar.pid}/root${folder}`)).toEqual([]);

  const compare = async (): Promise<string[]> => {
    const [there, here] = await Promise.all([outside.samples(), inside.samples()]);
    return differences(bySeries(there), bySeries(here));
  };
  await expect.poll(compare, POLL).toEqual([]);
  expect(new Set((await inside.samples()).map(({ name }) => name)).size).toBeGreaterThan(20);
  const failed = (await inside.samples()).filter(
    ({ name, value }) => name === 'outrider_collector_success' && value !== 1,
  );
  expect(failed).toEqual([]);
  expect(forked).toEqual([]);
  expect(childrenOf(sidecar.pid)).toEqual([]);
});

function bySeries(samples: readonly Sample[]): Map<string, Sample> {
  return new Map(samples.map((sample) => [`${sample.name} ${JSON.stringify(sample.labels)}`, sample]));
}

/** What one sidecar shows and the other does not, or shows as zero, or as something else. */
function differences(there: ReadonlyMap<string, Sample>, here: ReadonlyMap<string, Sample>): string[] {
  const missing = [...there.keys()].filter((series) => !here.has(series)).map((series) => `missing: ${series}`);
  const more = [...here.keys()].filter((series) => !there.has(series)).map((series) => `only there: ${series}`);
  const other = [...there].flatMap(([series, sample]) => {
    const value = here.get(series)?.value;
    if (value === undefined || isSame(sample, value)) return [];
    return [`${series}: ${value} instead of ${sample.value}`];
  });
  return [...missing, ...more, ...other];
}

function isSame({ name, value: expected }: Sample, value: number): boolean {
  if ((value === 0) !== (expected === 0)) return false;
  // What they tell of themselves is their own.
  if (name.startsWith('outrider_')) return true;
  const tolerance = ABSOLUTE.find(([suffix]) => suffix.test(name))?.[1] ?? 0;
  return Math.abs(value - expected) <= Math.max(RELATIVE * Math.abs(expected), tolerance);
}
