import { spawnSync } from 'node:child_process';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAIN } from '../../src/demo/layout.ts';
import { FRAMEWORKS } from './application.ts';
import { childrenOf } from './process-table.ts';
import { Stage } from './stage.ts';
import type { ApiMetrics, Section } from './stage.ts';

const SYSTEM = [
  'cpu_percent',
  'memory_used_mb',
  'memory_available_mb',
  'memory_percent',
  'disk_read_mb',
  'disk_write_mb',
];
const DATABASE = ['pool_size', 'available', 'active', 'min_size', 'max_size', 'utilization_percent'];
const CACHE = ['enabled', 'hits', 'misses', 'sets', 'deletes', 'errors', 'total_reads', 'hit_rate_percent'];

const NOBODY = { uid: 65_534, gid: 65_534 };

describe('a sidecar beside a service without pool and cache', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open();
  });

  afterEach(() => stage.close());

  it('shows the host, and says why the rest is unknown', { timeout: 60_000 }, async () => {
    await stage.startSidecar();
    await expectHost();
    const alone = await stage.api();
    expectUnknown(alone.database, DATABASE, /no (process|application)/);
    expectUnknown(alone.cache, CACHE, /no (process|application)/);

    await Promise.all(FRAMEWORKS.map((framework) => stage.startApplication(framework)));
    const services = async (): Promise<number> => (await stage.api()).services.length;
    await expect.poll(services, { timeout: 15_000, interval: 100 }).toBe(FRAMEWORKS.length);
    await expectHost();
    const beside = await stage.api();
    expectUnknown(beside.database, DATABASE, /no pool is registered/);
    expectUnknown(beside.cache, CACHE, /no cache is registered/);
  });

  it.skipIf(!canBeNobody())('needs no rights, no environment and no other program', { timeout: 60_000 }, async () => {
    const own = join(stage.folder, 'nobody');
    await mkdir(own, { mode: 0o700 });
    await chown(own, NOBODY.uid, NOBODY.gid);
    const sidecar = await stage.startSidecar({
      socket: join(own, 'otlp.sock'),
      env: { PATH: '' },
      user: NOBODY,
    });
    await expectHost();
    const { database, cache } = await stage.api();
    expectUnknown(database, DATABASE, /./);
    expectUnknown(cache, CACHE, /./);
    expect(childrenOf(sidecar.pid)).toEqual([]);
  });

  /** Every figure of the host is there and more than zero, as soon as a CPU had something to do. */
  async function expectHost(): Promise<void> {
    const missing = async (): Promise<string[]> => {
      const { system } = await stage.api();
      return SYSTEM.filter((figure) => !(Number(system[figure] ?? 0) > 0));
    };
    await expect.poll(missing, { timeout: 15_000, interval: 50 }).toEqual([]);
    expect(figuresOf((await stage.api()).system)).toEqual(SYSTEM);
  }
});

function expectUnknown(section: ApiMetrics['database'], figures: readonly string[], reason: RegExp): void {
  expect(figuresOf(section)).toEqual(figures);
  for (const figure of figures) {
    expect(section[figure]).toBeNull();
    expect(section.reasons[figure]).toMatch(reason);
  }
}

/** The figures of a section, without its lists and reasons. */
function figuresOf(section: Section): string[] {
  return Object.keys(section).filter((key) => !['reasons', 'pools', 'caches'].includes(key));
}

/** Only root can become somebody else, and a clone in a private folder is out of that one's reach. */
function canBeNobody(): boolean {
  if (process.getuid?.() !== 0) return false;
  return spawnSync(process.execPath, ['--check', MAIN], { ...NOBODY, env: {}, cwd: '/' }).status === 0;
}
