import { existsSync, readdirSync } from 'node:fs';

/** A block device as sysfs describes it. */
export interface BlockDevice {
  readonly name: string;
  /** Whether it is a part of another device; `undefined` if sysfs does not know the device. */
  readonly partition: boolean | undefined;
  /** The devices that it is made of: those of a RAID, of a volume, under an encrypted one. */
  readonly slaves: readonly string[];
}

// Devices in memory or in a file: their traffic is none, or that of the disk that holds the file.
const VIRTUAL = /^(loop|ram|zram)\d/;

const STACKED = /^(dm-|md)\d/;

/** Asks sysfs about a device of `/proc/diskstats`. */
export function blockDevice(name: string, sysRoot: string): BlockDevice {
  // A slash in a device's name is written as an exclamation mark (`cciss/c0d0`).
  const folder = `${sysRoot}/class/block/${name.replaceAll('/', '!')}`;
  if (!existsSync(folder)) return { name, partition: undefined, slaves: [] };
  return { name, partition: existsSync(`${folder}/partition`), slaves: slavesOf(folder) };
}

/**
 * The names of the devices whose traffic is to be counted: whole disks, no partitions, and of devices made of others
 * only those whose parts are not counted, so that no byte counts twice.
 */
export function wholeDisks(devices: readonly BlockDevice[]): string[] {
  const real = devices.filter(({ name }) => !VIRTUAL.test(name));
  const names = new Set(real.map(({ name }) => name));
  const whole = real.filter((device) => !(device.partition ?? isPartitionName(device.name, names)));
  const simple = whole.some((device) => !STACKED.test(device.name));
  return whole
    .filter(({ name, partition, slaves }) => {
      if (slaves.some((slave) => names.has(slave))) return false;
      // Without sysfs the parts are unknown; a volume is taken to lie on the disks that are there.
      return partition !== undefined || !STACKED.test(name) || !simple;
    })
    .map(({ name }) => name);
}

// The kernel names a partition by its disk and a number, with a `p` between if the disk's name ends in a digit. A
// name of that form whose disk is not listed is a disk (Xen has `xvda1` without `xvda`).
function isPartitionName(name: string, names: ReadonlySet<string>): boolean {
  const parent = /^(.*\d)p\d+$/.exec(name)?.[1] ?? /^(.*\D)\d+$/.exec(name)?.[1];
  return parent !== undefined && names.has(parent);
}

function slavesOf(folder: string): string[] {
  try {
    return readdirSync(`${folder}/slaves`).map((name) => name.replaceAll('!', '/'));
  } catch {
    // Partitions have no such folder, and a device that has just gone has none either.
    return [];
  }
}
