import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Backlog } from '../../src/forward/backlog.ts';
import { memoryCost } from '../../src/forward/queue.ts';
import type { WaitingRequest } from '../../src/forward/queue.ts';

/** Whether this user may mount a file system: then a disk can be filled. */
const MOUNTS = canMount();

let parent: string;
let folder: string;
let dropped: Record<string, number>;
let opened: boolean;
let restored: number;
let errors: string[];
let now: number;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'outrider-backlog-'));
  folder = join(parent, 'spool');
  dropped = {};
  opened = false;
  restored = 0;
  errors = [];
  now = 0;
});

afterEach(() => rmSync(parent, { recursive: true }));

// Each request costs 1 KiB; its points tell which it is.
function request(points: number): WaitingRequest {
  return { body: new Uint8Array(512), gzip: false, points };
}

function backlog({
  queueBytes = 4 * memoryCost(request(1)),
  bytes = 10 ** 6,
  spooled = true,
  spoolDeadlineMs = 500,
} = {}): Backlog {
  return new Backlog({
    queueBytes,
    spool: spooled ? { folder, bytes } : undefined,
    spoolPauseMs: 1_000,
    spoolDeadlineMs,
    clock: () => now,
    onReady: () => undefined,
    onDrop: (reason, points) => (dropped[reason] = (dropped[reason] ?? 0) + points),
    onRestored: (points) => {
      opened = true;
      restored += points;
    },
    onSpoolError: ({ message }) => errors.push(message),
  });
}

/** Takes everything, oldest first. */
async function drain(from: Backlog): Promise<number[]> {
  const taken: number[] = [];
  await vi.waitFor(
    () => {
      for (let next = from.take(); next !== undefined; next = from.take()) {
        taken.push(next.points);
        from.done();
      }
      expect(from.points).toBe(0);
    },
    { timeout: 5_000, interval: 2 },
  );
  return taken;
}

async function onDisk(requests: number): Promise<void> {
  await vi.waitFor(() => expect(readdirSync(folder)).toHaveLength(requests), 5_000);
}

describe('a backlog without a spool', () => {
  it('drops the oldest where it is full, and never what is on its way', () => {
    const one = backlog({ spooled: false });
    one.push(request(1));
    expect(one.take()?.points).toBe(1);
    for (const points of [2, 3, 4, 5]) one.push(request(points));
    expect(dropped).toEqual({ queue_full: 2 });
    expect(one.memoryBytes).toBe(4 * 1024);
    one.giveBack();
    one.push(request(6));
    expect(dropped).toEqual({ queue_full: 3 });
    expect(one.points).toBe(3 + 4 + 5 + 6);
  });

  it('drops what is larger than all it may hold, and nothing else', async () => {
    const one = backlog({ spooled: false });
    one.push(request(1));
    one.push({ body: new Uint8Array(10_000), gzip: false, points: 20 });
    expect(dropped).toEqual({ queue_full: 20 });
    expect(await drain(one)).toEqual([1]);
  });
});

describe('a backlog with a spool', () => {
  it('is in order through memory, disk and memory', async () => {
    const one = backlog();
    await vi.waitFor(() => expect(opened).toBe(true), 10_000);
    for (const points of [1, 2, 3, 4]) one.push(request(points));
    await onDisk(2);
    for (const points of [5, 6]) one.push(request(points));
    expect(await drain(one)).toEqual([1, 2, 3, 4, 5, 6]);
    expect([dropped, errors, one.diskBytes, one.memoryBytes]).toEqual([{}, [], 0, 0]);
  });

  it('puts first what an earlier run left, whatever comes before the spool is open', async () => {
    const before = backlog();
    for (const points of [1, 2, 3]) before.push(request(points));
    await before.close(Infinity);
    expect([before.points, before.memoryBytes, dropped]).toEqual([6, 0, {}]);
    const after = backlog();
    for (const points of [4, 5]) after.push(request(points));
    expect(await drain(after)).toEqual([1, 2, 3, 4, 5]);
    expect(restored).toBe(6);
  });

  it('counts a file that was damaged', async () => {
    const before = backlog();
    for (const points of [1, 20, 3]) before.push(request(points));
    await before.close(Infinity);
    truncateSync(join(folder, readdirSync(folder).toSorted()[1]!), 100);
    const after = backlog();
    await vi.waitFor(() => expect(restored).toBe(24), 10_000);
    expect(await drain(after)).toEqual([1, 3]);
    expect(dropped).toEqual({ spool_damaged: 20 });
  });

  it('saves the newest where there is no room for all at the end', async () => {
    const one = backlog({ bytes: 2 * 4096 });
    await vi.waitFor(() => expect(opened).toBe(true), 10_000);
    for (const points of [1, 2, 3]) one.push(request(points));
    await one.close(Infinity);
    expect(dropped).toEqual({ closed: 1 });
    const after = backlog();
    await vi.waitFor(() => expect(restored).toBe(5), 10_000);
    expect(await drain(after)).toEqual([2, 3]);
  });

  it('drops at the end what there is no time to save', async () => {
    const one = backlog();
    await vi.waitFor(() => expect(opened).toBe(true), 10_000);
    one.push(request(1));
    now = 10;
    await one.close(10);
    expect([one.points, dropped]).toEqual([0, { closed: 1 }]);
  });

  it('drops what is larger than the whole spool, and nothing else', async () => {
    const one = backlog({ bytes: 4_096 });
    await vi.waitFor(() => expect(opened).toBe(true), 10_000);
    for (const points of [1, 2]) one.push(request(points));
    one.push(request(3));
    await onDisk(1);
    one.push({ body: new Uint8Array(4_090), gzip: false, points: 50 });
    await vi.waitFor(() => expect(dropped).toEqual({ queue_full: expect.any(Number) }), 10_000);
    expect((await drain(one)).at(-1)).toBe(3);
  });
});

describe('two backlogs with one folder', () => {
  it('deliver what one of them wrote once, and neither is stopped by the files of the other', async () => {
    const one = backlog();
    await vi.waitFor(() => expect(opened).toBe(true), 10_000);
    for (const points of [1, 2, 3, 4]) one.push(request(points));
    await onDisk(2);
    const other = backlog();
    await vi.waitFor(() => expect(restored).toBe(3 + 4), 10_000);
    // Of the same number and name; the other has the file of 3 in memory by now.
    for (const from of [one, other]) from.push(request(6));
    await onDisk(3);
    expect(await drain(other)).toEqual([3, 4, 6]);
    expect(await drain(one)).toEqual([1, 2, 6]);
    expect([dropped, errors]).toEqual([{ spool_damaged: 3 + 4 }, []]);
  });

  it('deliver nothing twice where both read at once', async () => {
    const before = backlog({ queueBytes: 10 ** 6 });
    const points = Array.from({ length: 100 }, (_, index) => index + 1);
    for (const each of points) before.push(request(each));
    await before.close(Infinity);
    const [one, other] = [backlog(), backlog()];
    const all = points.reduce((sum, each) => sum + each);
    await vi.waitFor(() => expect(restored).toBe(2 * all), 10_000);
    const delivered = (await Promise.all([drain(one), drain(other)])).flat();
    expect(delivered.toSorted((a, b) => a - b)).toEqual(points);
    expect(dropped).toEqual({ spool_damaged: all });
  });
});

describe('a spool that cannot be used', () => {
  it('leaves memory alone, and is tried again after a pause', async () => {
    writeFileSync(folder, 'in the way');
    const one = backlog();
    for (const points of [1, 2]) one.push(request(points));
    await vi.waitFor(() => expect(errors).toHaveLength(1), 10_000);
    for (const points of [3, 4, 5]) one.push(request(points));
    expect([one.points, dropped]).toEqual([14, { queue_full: 1 }]);
    expect(errors).toHaveLength(1);
    rmSync(folder);
    now = 1_000;
    one.push(request(6));
    await onDisk(2);
    expect(dropped).toEqual({ queue_full: 3 });
    expect(await drain(one)).toEqual([3, 4, 5, 6]);
  });

  it('loses nothing that still fits into memory when it breaks', async () => {
    const one = backlog();
    await vi.waitFor(() => expect(opened).toBe(true), 10_000);
    for (const points of [1, 2]) one.push(request(points));
    rmSync(folder, { recursive: true });
    one.push(request(3));
    await vi.waitFor(() => expect(errors).toEqual([expect.stringContaining('ENOENT')]), 10_000);
    one.push(request(4));
    expect(await drain(one)).toEqual([1, 2, 3, 4]);
    expect(dropped).toEqual({});
  });

  it('counts what was on it as damaged if it goes away', async () => {
    const one = backlog();
    await vi.waitFor(() => expect(opened).toBe(true), 10_000);
    for (const points of [1, 2, 3]) one.push(request(points));
    await onDisk(1);
    rmSync(folder, { recursive: true });
    expect(await drain(one)).toEqual([1, 2]);
    expect(dropped).toEqual({ spool_damaged: 3 });
  });

  it('is worked without for as long as it hangs, and with it again afterwards', async () => {
    const { one, release } = await hanging();
    try {
      await vi.waitFor(() => expect(errors).toEqual(['its disk does not answer']), 5_000);
      for (const points of [5, 6, 7, 8, 9]) one.push(request(points));
      expect(dropped).toEqual({ queue_full: 5 });
      for (const points of [6, 7, 8, 9]) {
        expect(one.take()?.points).toBe(points);
        one.done();
      }
      expect(one.points).toBe(3 + 4);
    } finally {
      release();
    }
    expect(await drain(one)).toEqual([4]);
    expect(dropped).toEqual({ queue_full: 5, spool_damaged: 3 });
    for (const points of [10, 11, 12]) one.push(request(points));
    await onDisk(1);
    expect(await drain(one)).toEqual([10, 11, 12]);
    expect(errors).toHaveLength(1);
  });

  it('keeps nobody from ending while it hangs', async () => {
    const { one, release } = await hanging();
    try {
      one.push(request(5));
      await one.close(now + 100);
      expect(dropped).toEqual({ closed: 5 });
    } finally {
      release();
    }
    await onDisk(1);
  });

  it.skipIf(!MOUNTS)('leaves nothing half written when the disk is full', async () => {
    mkdirSync(folder);
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=16k,mode=700', 'none', folder]);
    try {
      const one = backlog({ queueBytes: 100_000 });
      const large = (points: number) => ({ body: new Uint8Array(20_000), gzip: false, points });
      for (const points of [1, 2, 3, 4]) one.push(large(points));
      await vi.waitFor(() => expect(errors).toEqual([expect.stringContaining('ENOSPC')]), 10_000);
      expect(readdirSync(folder)).toEqual([]);
      expect(await drain(one)).toEqual([1, 2, 3, 4]);
      expect(dropped).toEqual({});
    } finally {
      execFileSync('/bin/umount', [folder]);
    }
  });
});

/** A backlog that reads the third of four requests from a pipe to which nobody writes: as on a dead mount, that takes for ever. */
async function hanging(): Promise<{ readonly one: Backlog; readonly release: () => void }> {
  const one = backlog({ spoolDeadlineMs: 50 });
  await vi.waitFor(() => expect(opened).toBe(true), 10_000);
  for (const points of [1, 2, 3, 4]) one.push(request(points));
  await onDisk(2);
  const pipe = join(folder, readdirSync(folder).toSorted()[0]!);
  rmSync(pipe);
  execFileSync('mkfifo', [pipe]);
  for (const points of [1, 2]) {
    await vi.waitFor(() => expect(one.take()?.points).toBe(points), 10_000);
    one.done();
  }
  return { one, release: () => closeSync(openSync(pipe, 'w')) };
}

function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'outrider-mount-'));
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', 'none', place], { stdio: 'ignore' });
    execFileSync('/bin/umount', [place], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true });
  }
}
