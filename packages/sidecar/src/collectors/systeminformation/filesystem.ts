import { absentBecause, joinAbsent } from '../absent.ts';
import { numbers } from '../collector.ts';
import type { Collection, CollectorFactory } from '../collector.ts';
import { libraryCollector } from './library-collector.ts';
import type { LibraryAnswers } from './library.ts';

type FileSystem = Pick<LibraryAnswers['fsSize'][number], 'fs' | 'type' | 'mount' | 'used' | 'available' | 'rw'>;

const USAGE = 'system.filesystem.usage';
const UTILIZATION = 'system.filesystem.utilization';

// File systems on a disk of this machine; whatever is not named here is left out, as on Linux.
const ON_DISK = new Set(['apfs', 'hfs', 'ufs', 'zfs', 'exfat', 'msdos', 'ntfs', 'refs', 'fat', 'fat32']);

/**
 * The metrics of the library's answer. Network file systems are left out, and so is what is always full or not the
 * user's: read-only images, and the volumes that macOS keeps for itself beside `Data`.
 *
 * @param network the mounts that are known to be network drives
 */
export function toFileSystems(all: readonly FileSystem[], network: ReadonlySet<string> = new Set()): Collection {
  const usage: [number, Record<string, string>][] = [];
  const utilization: [number, Record<string, string>][] = [];
  const reasons: Record<string, string>[] = [];
  for (const system of all) {
    if (network.has(system.mount) || !isOnDisk(system)) continue;
    const { mount, used, available } = system;
    if (!(used >= 0 && available >= 0 && used + available > 0)) {
      reasons.push(absentBecause([USAGE, UTILIZATION], `${mount}: systeminformation does not tell the space`));
      continue;
    }
    const attributes = {
      'system.device.name': system.fs,
      'system.filesystem.mountpoint': mount,
      'system.filesystem.type': system.type.toLowerCase(),
    };
    usage.push([used, { ...attributes, 'system.filesystem.state': 'used' }]);
    usage.push([available, { ...attributes, 'system.filesystem.state': 'free' }]);
    utilization.push([used / (used + available), attributes]);
  }
  if (usage.length > 0) {
    return { metrics: [numbers(USAGE, usage), numbers(UTILIZATION, utilization)], absent: joinAbsent(reasons) };
  }
  const none = absentBecause([USAGE, UTILIZATION], 'systeminformation lists no file system of a disk');
  return { metrics: [], absent: reasons.length > 0 ? joinAbsent(reasons) : none };
}

function isOnDisk({ fs, type, mount, rw }: FileSystem): boolean {
  // The library guesses the type where `mount` fails, and then takes a share (`//user@host/share`) for a disk.
  if (!ON_DISK.has(type.toLowerCase()) || fs.startsWith('//')) return false;
  if (mount.startsWith('/System/Volumes/')) return mount === '/System/Volumes/Data';
  // The root of macOS is read-only by design.
  return rw !== false || mount === '/';
}

/** Which of the library's block devices are network drives; only on Windows it tells. */
export function networkDrives(
  devices: ReadonlyArray<Pick<LibraryAnswers['blockDevices'][number], 'mount' | 'physical'>>,
): ReadonlySet<string> {
  return new Set(devices.filter(({ physical }) => physical === 'Network').map(({ mount }) => mount));
}

/** Space of the file systems on this machine's disks, on macOS and Windows. */
export function libraryFileSystems(platform: NodeJS.Platform): CollectorFactory {
  return libraryCollector(async (library) => {
    // A network drive of Windows has the file system of its server.
    const network = platform === 'win32' ? networkDrives(await library.ask('blockDevices')) : undefined;
    return toFileSystems(await library.ask('fsSize'), network);
  });
}
