import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { disk, parseDiskstats } from '../../src/collectors/disk.ts';
import { noAbort, recorded, thisMachine, values } from '../fixtures/proc-tree.ts';

async function devices(context: Parameters<typeof disk>[0]): Promise<string[]> {
  const { metrics } = await disk(context).collect(noAbort());
  const busy = metrics.find(({ name }) => name === 'system.disk.io_time');
  return (busy?.points ?? []).map(({ attributes }) => attributes[0]?.[1] ?? '');
}

test('a host: whole disks, each byte once', async () => {
  expect(await devices(recorded('proc-host'))).toEqual(['nvme0n1', 'sda', 'sdb', 'cciss/c0d0', 'xvda1']);
});

test('without sysfs the names tell', async () => {
  expect(await devices(recorded('proc-container'))).toEqual(['sda', 'xvda1', 'mmcblk0', 'sdq']);
});

test('figures: sectors of 512 bytes, milliseconds as seconds, huge counters', async () => {
  const read = values(await disk(recorded('proc-host')).collect(noAbort()));
  expect(read).toMatchObject({
    'system.disk.io{disk.io.direction=read,system.device.name=nvme0n1}': 40_960_000,
    'system.disk.io{disk.io.direction=write,system.device.name=nvme0n1}': 81_920_000,
    'system.disk.operations{disk.io.direction=read,system.device.name=nvme0n1}': 1000,
    'system.disk.operations{disk.io.direction=write,system.device.name=nvme0n1}': 2000,
    'system.disk.io_time{system.device.name=nvme0n1}': 1.5,
    'system.disk.io{disk.io.direction=read,system.device.name=xvda1}': 2 ** 55 * 512,
    'system.disk.operations{disk.io.direction=read,system.device.name=xvda1}': 2 ** 64,
  });
});

test('a line that is none is left out', () => {
  expect(parseDiskstats('\n8 0 sda\n8 0 sda 1 2 3 4 5 6 7 8 9 x\n8 1 sda1 1 2 3 4\n')).toEqual([]);
});

test.each([
  ['no file', undefined, 'does not exist'],
  ['no disk', '7 0 loop0 1 0 8 1 0 0 0 0 0 1 1\n', 'lists no disk'],
])('%s: absent with the reason', async (_, content, reason) => {
  const root = mkdtempSync(join(tmpdir(), 'disk-'));
  try {
    if (content !== undefined) writeFileSync(join(root, 'diskstats'), content);
    const { metrics, absent } = await disk({ ...recorded('proc-host'), procRoot: root }).collect(noAbort());
    expect(metrics).toEqual([]);
    expect(Object.keys(absent ?? {})).toEqual(['system.disk.io', 'system.disk.operations', 'system.disk.io_time']);
    expect(absent?.['system.disk.io']).toContain(reason);
  } finally {
    rmSync(root, { recursive: true });
  }
});

/** What sysfs lists as disks of their own, and of these the ones whose traffic is no other's. */
function disksOfSysfs(): string[] {
  const listed = readFileSync('/proc/diskstats', 'utf8').matchAll(/^ *\d+ +\d+ (\S+) /gm);
  const known = new Set([...listed].map(([, name = '']) => name));
  const slaves = (name: string): string[] => {
    const folder = `/sys/block/${name}/slaves`;
    return existsSync(folder) ? readdirSync(folder).filter((slave) => !slave.startsWith('loop')) : [];
  };
  const disks = readdirSync('/sys/block').filter((name) => !/^(loop|ram|zram)\d/.test(name));
  return disks.map((name) => name.replaceAll('!', '/')).filter((name) => known.has(name) && slaves(name).length === 0);
}

test.runIf(existsSync('/sys/block') && existsSync('/proc/diskstats'))(
  'this machine: the disks that sysfs lists, with figures between two readings of their own',
  async () => {
    const expected = disksOfSysfs();
    const sectorsRead = (name: string): number =>
      Number(
        readFileSync(`/sys/block/${name.replaceAll('/', '!')}/stat`, 'utf8')
          .trim()
          .split(/\s+/)[2],
      );
    const before = expected.map(sectorsRead);
    const collection = await disk(thisMachine).collect(noAbort());
    const after = expected.map(sectorsRead);
    const read = values(collection);
    const found = (collection.metrics.at(-1)?.points ?? []).map(({ attributes }) => attributes[0]?.[1]);
    expect(found.toSorted()).toEqual(expected.toSorted());
    for (const [index, name] of expected.entries()) {
      const bytes = read[`system.disk.io{disk.io.direction=read,system.device.name=${name}}`];
      expect(bytes).toBeGreaterThanOrEqual((before[index] ?? NaN) * 512);
      expect(bytes).toBeLessThanOrEqual((after[index] ?? NaN) * 512);
    }
    expect(collection.absent?.['system.disk.io'] === undefined).toBe(expected.length > 0);
  },
);
