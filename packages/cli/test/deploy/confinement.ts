import { execFile } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeImageTree } from './image-tree.ts';

/** Whom the image runs as. */
export const UID = 65_532;

/** How many processes and threads there may be. */
export const PIDS = 64;

const VOLUME = '/var/lib/outrider';
const SETPRIV = '/usr/bin/setpriv';

// Makes the folder a root file system that nothing can write to but one tmpfs, joins the cgroups, and becomes Node.js as
// a user without any capability. There is no tool in that root, so the one that gives up the rights comes as an open
// file. A limit of processes of a user counts threads, as the controller `pids` does, and this user has no others.
const SCRIPT = `
set -e
root=$1 node=$2 user=$3 pids=$4 volume=$5 groups=$6
shift 6
mount --bind "$root" "$root"
mount --bind "$node" "$root/nodejs/bin/node"
mount --rbind /proc "$root/proc"
mount --rbind /sys "$root/sys"
for device in null urandom; do mount --bind "/dev/$device" "$root/dev/$device"; done
mount -t tmpfs -o "size=16m,mode=0700,uid=$user,gid=$user" outrider "$root$volume"
mount -o remount,bind,ro "$root/nodejs/bin/node"
mount -o remount,bind,ro "$root"
for group in $groups; do echo $$ > "$group"; done
exec 9< ${SETPRIV}
exec prlimit --nproc="$pids:$pids" chroot "$root" /proc/self/fd/9 --reuid="$user" --regid="$user" --clear-groups \\
  --bounding-set=-all --inh-caps=-all --no-new-privs /nodejs/bin/node "$@"
`;

/** A root file system as the image has it: Node.js, the libraries that it needs, the command. */
export class ImageRoot {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * @param folder does not exist yet
   * @param files content by absolute path, such as the configuration
   */
  static async make(folder: string, files: Readonly<Record<string, string>>): Promise<ImageRoot> {
    for (const empty of ['proc', 'sys', 'dev', 'nodejs/bin', VOLUME]) {
      await mkdir(join(folder, empty), { recursive: true });
    }
    for (const file of ['nodejs/bin/node', 'dev/null', 'dev/urandom']) await writeFile(join(folder, file), '');
    const libraries = await Promise.all([realpathSync(process.execPath), SETPRIV].map(librariesOf));
    for (const library of new Set(libraries.flat())) {
      await mkdir(join(folder, dirname(library)), { recursive: true });
      await copyFile(library, join(folder, library));
    }
    await makeImageTree(join(folder, 'app'));
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await chmod(folder, 0o755);
    return new ImageRoot(folder);
  }

  /**
   * What runs Node.js in it, unprivileged, followed by the arguments of Node.js; it becomes that process.
   *
   * @param groups the files `cgroup.procs` of the cgroups to be in
   */
  command(groups: readonly string[] = []): [command: string, ...args: string[]] {
    const given = [this.folder, realpathSync(process.execPath), String(UID), String(PIDS), VOLUME, groups.join(' ')];
    return ['unshare', '--mount', '/bin/sh', '-c', SCRIPT, 'confine', ...given];
  }
}

/** Why a program cannot be confined so on this machine, or undefined if it can. */
export async function whyNotConfined(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'it is not Linux';
  if (process.getuid?.() !== 0) return 'only root can become another user';
  if (!existsSync(SETPRIV)) return `there is no ${SETPRIV}`;
  try {
    await promisify(execFile)('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'outrider', '/mnt']);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What a process may do, as the kernel tells: the lines of `/proc/<pid>/status` by their names. */
export function statusOf(pid: number): Readonly<Record<string, string>> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').trim().split('\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.replace(/^\w+:\s*/, '')]));
}

// The loader itself is the line without an arrow; a path may be a link to a file of another name.
async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ldd', [program]);
  return [...stdout.matchAll(/^\s+(?:\S+ => )?(\/\S+)/gm)].map(([, path = '']) => path);
}
