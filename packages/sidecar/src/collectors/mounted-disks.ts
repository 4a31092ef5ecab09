import type { Mount } from '@outrider/core/cgroup';

// File systems on a disk of this machine. Whatever is not named here is left out: pseudo file systems have no space,
// network ones (nfs, cifs, ceph, 9p, virtiofs, fuse.sshfs and other FUSE) may never answer, and those that are
// read-only by design (squashfs, iso9660, erofs) are always full.
const ON_DISK = new Set([
  'ext2',
  'ext3',
  'ext4',
  'xfs',
  'btrfs',
  'zfs',
  'f2fs',
  'bcachefs',
  'jfs',
  'nilfs2',
  'reiserfs',
  'vfat',
  'exfat',
  'msdos',
  'ntfs',
  'ntfs3',
  'fuseblk',
  'hfs',
  'hfsplus',
  'ufs',
  'ubifs',
]);

// Container runtimes mount these single files from the disk under the container's root.
const RUNTIME_FILES = new Set(['/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/dev/termination-log']);

/** The mounts to report: file systems on disks, each device once, at the shortest path that shows all of it. */
export function mountedDisks(mounts: readonly Mount[]): Mount[] {
  // A later mount on the same path hides the earlier one.
  const visible = new Map(mounts.map((mount) => [mount.mountPoint, mount]));
  const disks = new Map<string, Mount>();
  for (const mount of visible.values()) {
    if (!isOnDisk(mount)) continue;
    const other = disks.get(mount.device);
    if (other === undefined || isBetter(mount, other)) disks.set(mount.device, mount);
  }
  return [...disks.values()];
}

// In a container the root is an overlay, whose space is that of the disk under it. Elsewhere overlays are the roots of
// other containers, all on a disk that is counted already.
function isOnDisk({ fsType, mountPoint }: Mount): boolean {
  if (RUNTIME_FILES.has(mountPoint)) return false;
  return ON_DISK.has(fsType) || (fsType === 'overlay' && mountPoint === '/');
}

function isBetter(mount: Mount, other: Mount): boolean {
  if ((mount.root === '/') !== (other.root === '/')) return mount.root === '/';
  return mount.mountPoint.length < other.mountPoint.length;
}
