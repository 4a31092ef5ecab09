// Records what the sidecar's collectors read of this machine, for packages/sidecar/test/trees/<name>.json:
//
//   node scripts/record-tree.mjs 'Debian 12, kernel 6.1, cgroup version 2' > packages/sidecar/test/trees/<name>.json
//
// Run it inside of the container or cgroup that is to be recorded. Host name and ids of containers are replaced; look
// through the result before you commit it. Plain Node.js without dependencies, so that the file can be taken anywhere.
import { existsSync, readFileSync, readdirSync, statfsSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path/posix';

const PROC = [
  'stat',
  'meminfo',
  'loadavg',
  'diskstats',
  'net/dev',
  'sys/fs/file-nr',
  'pressure/cpu',
  'pressure/memory',
  'pressure/io',
  'self/cgroup',
  'self/mountinfo',
];

// Of an ancestor matters what limits, and that it is there.
const ANY_CGROUP = [
  'cgroup.events',
  'cpu.cfs_period_us',
  'cpu.cfs_quota_us',
  'cpu.max',
  'cpu.stat',
  'memory.limit_in_bytes',
  'memory.max',
  'release_agent',
];

const OWN_CGROUP = [
  'cpu.pressure',
  'cpuacct.usage',
  'io.pressure',
  'memory.current',
  'memory.events',
  'memory.oom_control',
  'memory.pressure',
  'memory.stat',
  'memory.usage_in_bytes',
];

const NETWORK_INTERFACE = ['ifindex', 'iflink', 'type', 'uevent'];

const CONTROLLERS = ['cpu', 'cpuacct', 'memory'];

// Of these files only these lines: the others are many, and nobody reads them.
const LINES = new Map([
  ['stat', /^(?!intr |softirq )/],
  ['memory.stat', /^(?:anon|file|cache|rss|(?:total_)?inactive_file|hierarchical_memory_limit) /],
]);

// Of containers, pods and machines.
const ID = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12})(?![0-9a-f])/g;

const files = {};
const statfs = {};

for (const name of PROC) keep('/proc', name);
for (const device of list('/sys/class/block')) {
  const folder = `class/block/${device}`;
  keepFolder('/sys', folder);
  keep('/sys', `${folder}/partition`);
  for (const slave of list(`/sys/${folder}/slaves`)) keepFolder('/sys', `${folder}/slaves/${slave}`);
}
for (const device of list('/sys/class/net')) {
  for (const name of NETWORK_INTERFACE) keep('/sys', `class/net/${device}/${name}`);
  if (existsSync(`/sys/class/net/${device}/device`)) keepFolder('/sys', `class/net/${device}/device`);
}
const own = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n');
for (const [, , , root, mountPoint, , ...rest] of readFileSync('/proc/self/mountinfo', 'utf8')
  .split('\n')
  .map((line) => line.split(' '))) {
  const [fsType, , options = ''] = rest.slice(rest.indexOf('-') + 1);
  if (fsType === 'cgroup' || fsType === 'cgroup2') keepCgroups(fsType, options.split(','), root, mountPoint);
  else if (['ext4', 'xfs', 'btrfs', 'overlay', 'vfat'].includes(fsType)) keepSpace(mountPoint);
}
process.stdout.write(`${neutral(JSON.stringify({ about: process.argv[2] ?? '', files, statfs }, undefined, 2))}\n`);

/** A file as its one line, or as the list of them. */
function keep(root, name) {
  let text;
  try {
    text = readFileSync(join(root, name), 'utf8');
  } catch {
    // What cannot be read here is not there for the collectors either.
    return;
  }
  const wanted = LINES.get(basename(name)) ?? /^/;
  const lines = text
    .replace(/\n$/, '')
    .split('\n')
    .filter((line) => wanted.test(line));
  files[join(root.slice(1), name)] = lines.length === 1 ? lines[0] : lines;
}

/** A folder of which only matters that it is there. */
function keepFolder(root, name) {
  files[`${join(root.slice(1), name)}/`] = '';
}

/** The cgroup of this process in one hierarchy, and its ancestors as far as they are mounted. */
function keepCgroups(fsType, options, root, mountPoint) {
  if (fsType === 'cgroup' && !CONTROLLERS.some((controller) => options.includes(controller))) return;
  const line = own.find((each) => {
    const [, controllers = ''] = each.split(':');
    return fsType === 'cgroup2' ? controllers === '' : controllers.split(',').every((one) => options.includes(one));
  });
  const path = line?.split(':').slice(2).join(':') ?? '/';
  let at = path === root || root === '/' ? path : path.startsWith(`${root}/`) ? path.slice(root.length) : '/';
  if (path === root || !existsSync(join(mountPoint, at))) at = '/';
  const named = (folder) => join(mountPoint, folder).slice('/sys/'.length).replace(/\/$/, '');
  for (const name of OWN_CGROUP) keep('/sys', `${named(at)}/${name}`);
  for (;;) {
    keepFolder('/sys', named(at));
    for (const name of ANY_CGROUP) keep('/sys', `${named(at)}/${name}`);
    if (at === '/') return;
    at = join(at, '..');
  }
}

function keepSpace(mountPoint) {
  const { bsize, frsize, blocks, bfree, bavail } = statfsSync(mountPoint.replaceAll('\\040', ' '));
  statfs[mountPoint] = { bsize, ...(frsize === undefined ? {} : { frsize }), blocks, bfree, bavail };
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The text without what tells one machine from another; the same name always becomes the same one. */
function neutral(text) {
  const names = new Map();
  const withoutIds = text.replaceAll(ID, (id) => {
    if (!names.has(id)) names.set(id, id.replaceAll(/[0-9a-f]/g, String((names.size + 1) % 10)));
    return names.get(id);
  });
  return withoutIds.replaceAll(/[\w-]+/g, (word) => (word === hostname() ? 'host' : word));
}
