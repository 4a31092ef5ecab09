import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path/posix';
import { parseMountinfo } from './mountinfo.ts';
import type { Mount } from './mountinfo.ts';

/** Where procfs and sysfs are mounted. */
export interface CgroupRoots {
  /** `/proc` */
  readonly procRoot: string;
  /** `/sys` */
  readonly sysRoot: string;
}

/** A cgroup's directory, then those of its ancestors as far as they can be seen. */
export type CgroupDirs = readonly [own: string, ...ancestors: string[]];

/** The process's own cgroup in one hierarchy, or the reason why it cannot be found. */
export type Hierarchy = { readonly version: 1 | 2; readonly dirs: CgroupDirs } | { readonly reason: string };

/** The process's own cgroup, by what it accounts for. With version 2 all four are the same. */
export interface CgroupLocation {
  readonly cpu: Hierarchy;
  readonly cpuacct: Hierarchy;
  readonly memory: Hierarchy;
  /** The version 2 hierarchy, which alone knows pressure. */
  readonly unified: Hierarchy;
  /** Bytes of the host's memory; a limit above it limits nothing. */
  readonly hostMemory: number;
}

// Version 1 writes "unlimited" as the largest multiple of the page size; no limit in earnest is above 8 PiB.
const UNLIMITED = 2 ** 53;

/** Finds the process's own cgroup, or `undefined` where there is none: no procfs, or a kernel without cgroups. */
export function locateCgroup({ procRoot, sysRoot }: CgroupRoots): CgroupLocation | undefined {
  let own: Map<string, string>;
  let mounts: Mount[];
  try {
    own = parseOwnCgroups(readFileSync(`${procRoot}/self/cgroup`, 'utf8'));
    mounts = reachable(parseMountinfo(readFileSync(`${procRoot}/self/mountinfo`, 'utf8')), resolve(sysRoot));
  } catch {
    return undefined;
  }
  if (own.size === 0) return undefined;
  const locate = (controller: string): Hierarchy => {
    const path = own.get(controller);
    return path === undefined ? locateV2(own.get(''), mounts) : locateV1(controller, path, mounts);
  };
  return {
    cpu: locate('cpu'),
    cpuacct: locate('cpuacct'),
    memory: locate('memory'),
    unified: locateV2(own.get(''), mounts),
    hostMemory: readHostMemory(procRoot),
  };
}

/** Controller -> path of `/proc/<pid>/cgroup` (cgroups(7)); version 2 has the empty name. */
export function parseOwnCgroups(text: string): Map<string, string> {
  const paths = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
    if (match === null) continue;
    const [, controllers = '', path = ''] = match;
    for (const controller of controllers.split(',')) paths.set(controller, path);
  }
  return paths;
}

// mountinfo has this process's own view, so its mount points hold as they are. Only if nothing is mounted under sysRoot
// is that a copy of a tree, to be found under sysRoot instead of /sys.
function reachable(mounts: Mount[], sysRoot: string): Mount[] {
  if (mounts.some(({ mountPoint }) => isWithin(mountPoint, sysRoot))) return mounts;
  return mounts.map((mount) =>
    isWithin(mount.mountPoint, '/sys')
      ? { ...mount, mountPoint: join(sysRoot, mount.mountPoint.slice('/sys'.length)) }
      : mount,
  );
}

function isWithin(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}/`);
}

function locateV1(controller: string, path: string, mounts: readonly Mount[]): Hierarchy {
  const candidates = mounts.filter((mount) => mount.fsType === 'cgroup' && mount.superOptions.includes(controller));
  return locateIn(1, `the ${controller} hierarchy`, path, candidates, isHostRootV1);
}

// Only the true root of a version 1 hierarchy has a release_agent (cgroup-v1/cgroups.rst, 1.4).
function isHostRootV1(dir: string): boolean {
  return existsSync(`${dir}/release_agent`);
}

function locateV2(path: string | undefined, mounts: readonly Mount[]): Hierarchy {
  if (path === undefined) return { reason: 'the kernel has no cgroup version 2' };
  const candidates = mounts.filter((mount) => mount.fsType === 'cgroup2');
  return locateIn(2, 'the cgroup version 2 hierarchy', path, candidates, isHostRootV2);
}

// Every cgroup but the true root has cgroup.events (cgroup-v2.rst, Core Interface Files).
function isHostRootV2(dir: string): boolean {
  return !existsSync(`${dir}/cgroup.events`) && !existsSync(`${dir}/memory.current`);
}

function locateIn(
  version: 1 | 2,
  hierarchy: string,
  path: string,
  candidates: readonly Mount[],
  isHostRoot: (dir: string) => boolean,
): Hierarchy {
  if (candidates.length === 0) return { reason: `${hierarchy} is not mounted` };
  const found = findOwn(path, candidates);
  if (found === undefined) return { reason: `no mount of ${hierarchy} holds the cgroup ${path}` };
  // The root's figures are the whole host's; passing them off as a container's would mislead.
  if (found.length === 1 && isHostRoot(found[0])) {
    return { reason: `there is only the root cgroup of ${hierarchy}, which is the whole host` };
  }
  return { version, dirs: found };
}

/** The cgroup's directory and its ancestors down to the mount point. */
function findOwn(path: string, candidates: readonly Mount[]): CgroupDirs | undefined {
  for (const { root, mountPoint } of candidates) {
    const relative = relativePath(root, path);
    if (relative === undefined) continue;
    const own = join(mountPoint, relative);
    if (existsSync(own)) return [own, ...ancestors(mountPoint, relative)];
  }
  // In a container the path is often the host's and not there, while the mount is the container's own cgroup. A root
  // that begins with `/..` is a mount made outside the cgroup namespace: an ancestor's, not ours.
  if (path.startsWith('/..')) return undefined;
  const mount = candidates.find(({ root, mountPoint }) => !root.startsWith('/..') && existsSync(mountPoint));
  return mount === undefined ? undefined : [mount.mountPoint];
}

function ancestors(mountPoint: string, relative: string): string[] {
  const dirs: string[] = [];
  for (let at = relative; at !== '/';) {
    at = join(at, '..');
    dirs.push(join(mountPoint, at));
  }
  return dirs;
}

function relativePath(root: string, path: string): string | undefined {
  // A path outside of the namespace (`/../x`) must not climb out of the mount.
  if (root === '/') return path.startsWith('/..') ? undefined : path;
  return isWithin(path, root) ? join('/', path.slice(root.length)) : undefined;
}

function readHostMemory(procRoot: string): number {
  try {
    const kibibytes = /^MemTotal:\s+(\d+) kB$/m.exec(readFileSync(`${procRoot}/meminfo`, 'utf8'))?.[1];
    return kibibytes === undefined ? UNLIMITED : Math.min(Number(kibibytes) * 1024, UNLIMITED);
  } catch {
    return UNLIMITED;
  }
}
