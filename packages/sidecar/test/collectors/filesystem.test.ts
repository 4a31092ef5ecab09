import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMountinfo } from '@outrider/core/cgroup';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { filesystem, filesystemCollector, toSpace } from '../../src/collectors/filesystem.ts';
import type { FileSystemStats } from '../../src/collectors/filesystem.ts';
import { mountedDisks } from '../../src/collectors/mounted-disks.ts';
import { noAbort, recorded, thisMachine, values } from '../fixtures/proc-tree.ts';

const USAGE = 'system.filesystem.usage';
const UTILIZATION = 'system.filesystem.utilization';
const HALF: FileSystemStats = { bsize: 4096, frsize: 4096, blocks: 100, bfree: 60, bavail: 40 };

function mountPoints(tree: 'proc-host' | 'proc-container'): string[] {
  const text = readFileSync(`${recorded(tree).procRoot}/self/mountinfo`, 'utf8');
  return mountedDisks(parseMountinfo(text)).map(({ mountPoint }) => mountPoint);
}

describe('which mounts', () => {
  test('a host: disks once each, no network or pseudo file system, nothing that is hidden', () => {
    expect(mountPoints('proc-host')).toEqual(['/', '/boot/efi', '/srv/my data\\x', '/home', '/mnt/usb']);
  });

  test('a container: its root, not the files that the runtime mounts', () => {
    expect(mountPoints('proc-container')).toEqual(['/']);
  });
});

describe('space', () => {
  test('as df counts it: used, free for users, reserved for root', () => {
    expect(toSpace(HALF)).toEqual({ used: 40 * 4096, free: 40 * 4096, reserved: 20 * 4096, utilization: 0.5 });
  });

  test('the unit of the counts is frsize, where it is known', () => {
    expect(toSpace({ ...HALF, bsize: 2 ** 20, frsize: 512 }).used).toBe(40 * 512);
    expect(toSpace({ bsize: 1024, blocks: 100, bfree: 60, bavail: 40 }).used).toBe(40 * 1024);
    expect(toSpace({ ...HALF, bsize: 1024, frsize: 0 }).used).toBe(40 * 1024);
  });

  test('a file system without space tells nothing', () => {
    expect(() => toSpace({ ...HALF, blocks: 0, bfree: 0, bavail: 0 })).toThrow('no space');
    expect(() => toSpace({ ...HALF, blocks: 9, bfree: 9, bavail: 0 })).toThrow('no space');
  });

  test('utilization is from 0 to 1 and no size is negative, whatever statfs says', () => {
    const count = fc.oneof(fc.nat(100), fc.maxSafeInteger(), fc.double({ min: 0, max: 2 ** 64, noNaN: true }));
    const stats = fc.record({ bsize: fc.constant(4096), blocks: count, bfree: count, bavail: count });
    fc.assert(
      fc.property(stats, (told) => {
        const space = spaceOf(told);
        // No block is used, and none is there to be.
        if (space === undefined) return;
        expect(space.utilization).toBeGreaterThanOrEqual(0);
        expect(space.utilization).toBeLessThanOrEqual(1);
        expect(Math.min(space.used, space.free, space.reserved)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });

  function spaceOf(stats: FileSystemStats): ReturnType<typeof toSpace> | undefined {
    try {
      return toSpace(stats);
    } catch (error) {
      expect(error).toMatchObject({ message: 'statfs tells of no space' });
      return undefined;
    }
  }
});

describe('the collector', () => {
  let procRoot = '';

  beforeEach(() => {
    procRoot = mkdtempSync(join(tmpdir(), 'my disks '));
    mkdirSync(join(procRoot, 'self'));
  });

  afterEach(() => {
    vi.useRealTimers();
    rmSync(procRoot, { recursive: true });
  });

  function mount(...mounts: string[]): void {
    const lines = mounts.map(
      (at, index) => `${30 + index} 1 8:${index} / ${at.replaceAll(' ', '\\040')} rw - ext4 /dev/sd${index} rw`,
    );
    writeFileSync(join(procRoot, 'self/mountinfo'), lines.join('\n'));
  }

  test('asks the real file system, at a mount point with spaces', async () => {
    mount(procRoot);
    const read = values(await filesystem({ ...recorded('proc-host'), procRoot }).collect(noAbort()));
    const labels = `system.device.name=/dev/sd0,system.filesystem.mountpoint=${procRoot}`;
    expect(read[`${UTILIZATION}{${labels},system.filesystem.type=ext4}`]).toBeGreaterThan(0);
    expect(Object.keys(read)).toEqual([
      ...['used', 'free', 'reserved'].map(
        (state) => `${USAGE}{${labels},system.filesystem.state=${state},system.filesystem.type=ext4}`,
      ),
      `${UTILIZATION}{${labels},system.filesystem.type=ext4}`,
    ]);
  });

  test('a mount that fails is absent with the reason, the others are there', async () => {
    mount(procRoot, '/nonexistent/disk');
    const collection = await filesystem({ ...recorded('proc-host'), procRoot }).collect(noAbort());
    expect(Object.keys(values(collection))).toHaveLength(4);
    expect(collection.absent?.[USAGE]).toMatch(/^\/nonexistent\/disk: ENOENT/);
    expect(collection.absent?.[UTILIZATION]).toBe(collection.absent?.[USAGE]);
  });

  test('no disk is mounted: absent with the reason', async () => {
    writeFileSync(join(procRoot, 'self/mountinfo'), '30 1 0:5 / / rw - tmpfs tmpfs rw\n');
    const { metrics, absent } = await filesystem({ ...recorded('proc-host'), procRoot }).collect(noAbort());
    expect(metrics).toEqual([]);
    expect(absent?.[USAGE]).toContain('no file system of a disk');
  });

  // A file system that hangs cannot be had in a test, so its statfs is one that never answers.
  test('a mount that hangs costs half a second once, and is not asked again until it has answered', async () => {
    mount('/disk/hung', '/disk/well');
    const asked: string[] = [];
    const hung = Promise.withResolvers<FileSystemStats>();
    const collector = filesystemCollector({ ...recorded('proc-host'), procRoot }, async (path) => {
      asked.push(path);
      return path === '/disk/hung' ? hung.promise : HALF;
    });
    fakeTimeouts();
    const collecting = collector.collect(noAbort());
    await until(() => asked.length > 0);
    await vi.advanceTimersByTimeAsync(500);
    const first = await collecting;
    expect(first.absent?.[USAGE]).toBe('/disk/hung: statfs has not answered for 500 ms');
    expect(Object.keys(values(first))).toHaveLength(4);

    const second = await collector.collect(noAbort());
    expect(second.absent?.[USAGE]).toBe('/disk/hung: an earlier statfs has not answered yet');
    expect(asked).toEqual(['/disk/hung', '/disk/well', '/disk/well']);

    hung.resolve(HALF);
    await vi.advanceTimersByTimeAsync(0);
    const third = await collector.collect(noAbort());
    expect(third.absent).toEqual({});
    expect(Object.keys(values(third))).toHaveLength(8);
  });

  test('hanging mounts take two threads at most', async () => {
    mount('/disk/a', '/disk/b', '/disk/c');
    const asked: string[] = [];
    const collector = filesystemCollector({ ...recorded('proc-host'), procRoot }, (path) => {
      asked.push(path);
      return new Promise(() => undefined);
    });
    fakeTimeouts();
    const collecting = collector.collect(noAbort());
    await until(() => asked.length > 0);
    await vi.advanceTimersByTimeAsync(1000);
    const { metrics, absent } = await collecting;
    expect(asked).toEqual(['/disk/a', '/disk/b']);
    expect(metrics).toEqual([]);
    expect(absent?.[USAGE]).toContain('/disk/c: not asked, since 2 other file systems hang');
  });

  test('the signal ends the collection', async () => {
    mount('/disk/hung', '/disk/well');
    // Time stands still: only the signal can end it.
    fakeTimeouts();
    const abort = new AbortController();
    const asked: string[] = [];
    const collector = filesystemCollector({ ...recorded('proc-host'), procRoot }, (path) => {
      asked.push(path);
      return new Promise(() => undefined);
    });
    const collecting = collector.collect(abort.signal);
    await until(() => asked.length > 0);
    abort.abort(new Error('enough'));
    await expect(collecting).rejects.toThrow('enough');
  });
});

// Deadlines stand still, while files are really read.
function fakeTimeouts(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** The root file system, if it is one of a disk, as the kernel lists it for everybody. */
function rootType(): string | undefined {
  const lines = readFileSync('/proc/mounts', 'utf8').split('\n');
  const type = lines.findLast((line) => line.split(' ')[1] === '/')?.split(' ')[2];
  return type !== undefined && /^(ext[234]|xfs|btrfs|overlay)$/.test(type) ? type : undefined;
}

test.runIf(process.platform === 'linux')(
  'this machine: its root, as statfs tells, and every share from 0 to 1',
  async () => {
    const collection = await filesystem(thisMachine).collect(noAbort());
    const read = Object.entries(values(collection));
    const shares = read.filter(([name]) => name.startsWith(UTILIZATION));
    for (const [, value] of read) expect(value).toBeGreaterThanOrEqual(0);
    for (const [, value] of shares) expect(value).toBeLessThanOrEqual(1);
    if (rootType() === undefined) {
      expect(shares.length > 0 || collection.absent?.[USAGE] !== undefined).toBe(true);
      return;
    }
    const { blocks, bfree, bavail } = statfsSync('/');
    const root = shares.find(([name]) => name.includes('mountpoint=/,'));
    // Others write to it in between.
    expect(root?.[1]).toBeCloseTo((blocks - bfree) / (blocks - bfree + bavail), 1);
  },
);
