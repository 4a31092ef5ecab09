import type { Metric } from '../metric.ts';
import { absentBecause } from './absent.ts';
import { numbers } from './collector.ts';
import type { Collection, Collector, CollectorContext, CollectorFactory } from './collector.ts';
import { readIfThere } from './read-if-there.ts';
import { readServedFile } from './served-file.ts';
import { blockDevice, wholeDisks } from './whole-disks.ts';

/** What one block device has done since boot. */
export interface DiskStats {
  readonly name: string;
  readonly reads: number;
  readonly readBytes: number;
  readonly writes: number;
  readonly writtenBytes: number;
  /** Seconds in which at least one request was under way. */
  readonly ioTimeS: number;
}

// The kernel counts sectors of 512 bytes, whatever the device's own are (admin-guide/iostats.rst).
const SECTOR_BYTES = 512;

const METRICS = ['system.disk.io', 'system.disk.operations', 'system.disk.io_time'];

/** The devices of `/proc/diskstats` (admin-guide/iostats.rst), partitions included. */
export function parseDiskstats(text: string): DiskStats[] {
  const devices: DiskStats[] = [];
  for (const line of text.split('\n')) {
    const [, , name, ...counters] = line.trim().split(/\s+/);
    const [reads = NaN, , sectorsRead = NaN, , writes = NaN, , sectorsWritten = NaN, , , ioMs = NaN] =
      counters.map(Number);
    // Kernels before 2.6.25 gave partitions four counters only.
    if (name === undefined || !Number.isFinite(reads + sectorsRead + writes + sectorsWritten + ioMs)) continue;
    devices.push({
      name,
      reads,
      readBytes: sectorsRead * SECTOR_BYTES,
      writes,
      writtenBytes: sectorsWritten * SECTOR_BYTES,
      ioTimeS: ioMs / 1000,
    });
  }
  return devices;
}

/** Reads, writes and busy time of the host's disks, from `/proc/diskstats`. */
export const disk: CollectorFactory = ({ procRoot, sysRoot }: CollectorContext): Collector => {
  const path = `${procRoot}/diskstats`;
  let listed = '';
  let disks: ReadonlySet<string> = new Set();
  return {
    async collect(): Promise<Collection> {
      const text = await readIfThere(path, readServedFile);
      if (text === undefined) return { metrics: [], absent: absentBecause(METRICS, `${path} does not exist`) };
      const devices = parseDiskstats(text);
      const names = devices.map(({ name }) => name);
      // What is a disk changes only when a device comes or goes.
      if (names.join(' ') !== listed) {
        disks = new Set(wholeDisks(names.map((name) => blockDevice(name, sysRoot))));
        listed = names.join(' ');
      }
      const counted = devices.filter(({ name }) => disks.has(name));
      if (counted.length > 0) return { metrics: diskMetrics(counted) };
      return { metrics: [], absent: absentBecause(METRICS, `${path} lists no disk`) };
    },
  };
};

function diskMetrics(disks: readonly DiskStats[]): Metric[] {
  return [
    numbers(
      'system.disk.io',
      disks.flatMap(({ name, readBytes, writtenBytes }) => [
        [readBytes, { 'disk.io.direction': 'read', 'system.device.name': name }],
        [writtenBytes, { 'disk.io.direction': 'write', 'system.device.name': name }],
      ]),
    ),
    numbers(
      'system.disk.operations',
      disks.flatMap(({ name, reads, writes }) => [
        [reads, { 'disk.io.direction': 'read', 'system.device.name': name }],
        [writes, { 'disk.io.direction': 'write', 'system.device.name': name }],
      ]),
    ),
    numbers(
      'system.disk.io_time',
      disks.map(({ name, ioTimeS }) => [ioTimeS, { 'system.device.name': name }]),
    ),
  ];
}
