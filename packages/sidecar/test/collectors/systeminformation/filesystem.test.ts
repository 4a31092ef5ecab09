import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { networkDrives, toFileSystems } from '../../../src/collectors/systeminformation/filesystem.ts';
import { values } from '../../fixtures/proc-tree.ts';

const USAGE = 'system.filesystem.usage';
const UTILIZATION = 'system.filesystem.utilization';
const GB = 1e9;

function answer(fs: string, type: string, mount: string, used: number, available: number, rw: boolean | null = true) {
  const size = used + available;
  return { fs, type, size, used, available, use: (100 * used) / size, mount, rw };
}

const MAC = [
  answer('/dev/disk3s1s1', 'APFS', '/', 10 * GB, 90 * GB, false),
  answer('/dev/disk3s6', 'APFS', '/System/Volumes/VM', 2 * GB, 90 * GB),
  answer('/dev/disk3s5', 'APFS', '/System/Volumes/Data', 60 * GB, 90 * GB),
  answer('/dev/disk4s1', 'exfat', '/Volumes/My Stick', 1 * GB, 3 * GB),
  answer('/dev/disk5s1', 'HFS', '/Volumes/Installer', 1 * GB, 0, false),
  answer('//me@nas/music', 'smbfs', '/Volumes/music', 5 * GB, 5 * GB),
  // Where `mount` fails the type is a guess.
  answer('//me@nas/film', 'HFS', '/Volumes/film', 5 * GB, 5 * GB),
  answer('nas:/export', 'NFS', '/Volumes/export', 5 * GB, 5 * GB),
];

const WINDOWS = [
  answer('C:', 'NTFS', 'C:', 75 * GB, 25 * GB),
  answer('D:', 'exFAT', 'D:', 1 * GB, 3 * GB, null),
  answer('E:', 'CDFS', 'E:', 5 * GB, 0),
  answer('Z:', 'NTFS', 'Z:', 1 * GB, 9 * GB),
];

function shares(collection: ReturnType<typeof toFileSystems>): Record<string, number> {
  const read = Object.entries(values(collection)).filter(([name]) => name.startsWith(UTILIZATION));
  return Object.fromEntries(read.map(([name, value]) => [/mountpoint=([^,]+)/.exec(name)?.[1] ?? '', value]));
}

test('macOS: disks, no shares, no images, and of the volumes of the system only that of the data', () => {
  const collection = toFileSystems(MAC);
  expect(shares(collection)).toEqual({ '/': 0.1, '/System/Volumes/Data': 0.4, '/Volumes/My Stick': 0.25 });
  expect(values(collection)).toMatchObject({
    [`${USAGE}{system.device.name=/dev/disk4s1,system.filesystem.mountpoint=/Volumes/My Stick,system.filesystem.state=used,system.filesystem.type=exfat}`]:
      1 * GB,
    [`${USAGE}{system.device.name=/dev/disk4s1,system.filesystem.mountpoint=/Volumes/My Stick,system.filesystem.state=free,system.filesystem.type=exfat}`]:
      3 * GB,
  });
});

test('Windows: drives, but those of the network', () => {
  const network = networkDrives([
    { mount: 'C:', physical: 'Local' },
    { mount: 'Z:', physical: 'Network' },
  ]);
  expect(shares(toFileSystems(WINDOWS, network))).toEqual({ 'C:': 0.75, 'D:': 0.25 });
});

test('no answer is no empty disk', () => {
  const reason = 'systeminformation lists no file system of a disk';
  expect(toFileSystems([])).toEqual({ metrics: [], absent: { [USAGE]: reason, [UTILIZATION]: reason } });
});

test('a file system without figures is absent with the reason, the others are there', () => {
  const collection = toFileSystems([
    answer('C:', 'NTFS', 'C:', 0, 0),
    answer('D:', 'NTFS', 'D:', NaN, 1),
    answer('F:', 'NTFS', 'F:', 1, 3),
  ]);
  expect(shares(collection)).toEqual({ 'F:': 0.25 });
  const reason = 'C:: systeminformation does not tell the space; D:: systeminformation does not tell the space';
  expect(collection.absent).toEqual({ [USAGE]: reason, [UTILIZATION]: reason });
});

test('utilization is from 0 to 1 and no size negative, whatever the library answers', () => {
  const size = fc.oneof(fc.maxSafeInteger(), fc.constant(NaN));
  fc.assert(
    fc.property(size, size, (used, available) => {
      const read = Object.entries(values(toFileSystems([answer('C:', 'NTFS', 'C:', used, available)])));
      for (const [name, value] of read) {
        expect(value).toBeGreaterThanOrEqual(0);
        if (name.startsWith(UTILIZATION)) expect(value).toBeLessThanOrEqual(1);
      }
    }),
  );
});
