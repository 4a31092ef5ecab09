import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const TOOL_FOLDERS = ['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin'];

// Mounts an empty folder over each folder of tools, then becomes Node.js, which a bind mount keeps in reach should it
// lie in one of them. `mount` itself is in the folder that comes last. The first of the arguments that follow is the
// path of Node.js that a caller would have run; the rest is for the program.
const SCRIPT = `
set -e
empty=$1 node=$2 count=$3
shift 3
touch "$node"
mount --bind "$0" "$node"
while [ "$count" -gt 0 ]; do mount --bind "$empty" "$1"; shift; count=$((count - 1)); done
shift
exec "$node" "$@"
`;

/** The folders with the shell and all tools. */
export function toolFolders(): string[] {
  const folders = new Set(TOOL_FOLDERS.filter(existsSync).map((folder) => realpathSync(folder)));
  const mount = dirname(realpathSync(findTool('mount')));
  return [...folders].toSorted((a, b) => Number(a === mount) - Number(b === mount));
}

/**
 * What runs a Node.js program where there is neither a shell nor a tool, as in a distroless image: a mount namespace in
 * which their folders are empty.
 *
 * @param folder a temporary folder
 * @throws {Error} that says what to do, where such a namespace is not allowed
 */
export async function withoutShell(folder: string): Promise<[command: string, ...args: string[]]> {
  const unshare = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  try {
    await promisify(execFile)('unshare', [...unshare, 'mount', '--bind', folder, '/mnt']);
  } catch (error) {
    throw new Error(
      'This test hides the shell and all tools in a mount namespace, which is not allowed here. Run it as root, in a container with --cap-add SYS_ADMIN --security-opt apparmor=unconfined, or allow user namespaces: sysctl kernel.unprivileged_userns_clone=1.',
      { cause: error },
    );
  }
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const hidden = toolFolders();
  const node = [empty, join(folder, 'node'), String(hidden.length), ...hidden];
  return ['unshare', ...unshare, '/bin/sh', '-c', SCRIPT, realpathSync(process.execPath), ...node];
}

function findTool(name: string): string {
  const found = ['/bin', '/usr/bin', '/sbin', '/usr/sbin'].map((folder) => join(folder, name)).find(existsSync);
  if (found === undefined) throw new Error(`there is no ${name} on this machine`);
  return found;
}
