import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blockDevice, wholeDisks } from '../../src/collectors/whole-disks.ts';
import type { BlockDevice } from '../../src/collectors/whole-disks.ts';
import { recorded } from '../fixtures/proc-tree.ts';

const { sysRoot } = recorded('proc-host');

function disk(name: string, ...slaves: string[]): BlockDevice {
  return { name, partition: false, slaves };
}

function unknown(name: string): BlockDevice {
  return { name, partition: undefined, slaves: [] };
}

test.each<BlockDevice>([
  disk('sda'),
  disk('md127', 'sda1', 'sdb'),
  { name: 'nvme0n1p2', partition: true, slaves: [] },
  // sysfs has an exclamation mark where the name has a slash.
  { name: 'cciss/c0d0p1', partition: true, slaves: [] },
  unknown('sdz'),
])('sysfs about $name', (device) => {
  expect(blockDevice(device.name, sysRoot)).toEqual(device);
});

test('a part whose name has a slash is found again', () => {
  const root = mkdtempSync(join(tmpdir(), 'sys-'));
  mkdirSync(join(root, 'class/block/dm-1/slaves/cciss!c0d0p1'), { recursive: true });
  expect(blockDevice('dm-1', root).slaves).toEqual(['cciss/c0d0p1']);
  rmSync(root, { recursive: true });
});

test.each<[string, BlockDevice[], string[]]>([
  ['a volume on a disk that is counted', [disk('sda'), disk('dm-0', 'sda')], ['sda']],
  ['a volume on a volume on a disk', [disk('sda'), disk('dm-0', 'sda'), disk('dm-1', 'dm-0')], ['sda']],
  ['a volume whose parts are not listed', [disk('sda'), disk('dm-0', 'sdz')], ['sda', 'dm-0']],
  ['a volume on a file, whose loop device is not counted', [disk('loop0'), disk('dm-0', 'loop0')], ['dm-0']],
  ['unknown volumes beside a disk', [unknown('sda'), unknown('dm-0'), unknown('md1')], ['sda']],
  ['unknown volumes alone', [unknown('dm-0'), unknown('md1')], ['dm-0', 'md1']],
  ['unknown disks that are numbered', [unknown('md1'), unknown('md12'), unknown('nbd0')], ['nbd0']],
  ['an unknown disk named like a partition', [unknown('xvda1'), unknown('xvdb'), unknown('xvdb1')], ['xvda1', 'xvdb']],
  ['nothing', [], []],
])('%s', (_, devices, expected) => {
  expect(wholeDisks(devices)).toEqual(expected);
});
