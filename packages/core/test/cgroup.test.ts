import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { catalogue } from '../src/catalogue.ts';
import { CONTAINER_METRICS, cgroupPressurePaths, containerSamples, parseMountinfo, readCgroup } from '../src/cgroup.ts';
import type { CgroupRoots } from '../src/cgroup.ts';
import { parseOwnCgroups } from '../src/cgroup/location.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const MEMINFO = 'MemTotal:        8388608 kB\nMemFree:         1048576 kB\n';
// What a version 1 kernel writes where nothing limits: the largest multiple of the page size in 63 bits.
const UNLIMITED_V1 = '9223372036854771712\n';

const trees: string[] = [];

afterEach(() => {
  for (const root of trees.splice(0)) rmSync(root, { recursive: true });
});

/** Writes a /proc and a /sys into a new folder. `{root}` in a file's content is that folder. */
function tree(files: Readonly<Record<string, string>>): CgroupRoots {
  const root = mkdtempSync(join(tmpdir(), 'cgroup-'));
  trees.push(root);
  for (const [path, content] of Object.entries({ 'proc/meminfo': MEMINFO, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content.replaceAll('{root}', root));
  }
  return { procRoot: join(root, 'proc'), sysRoot: join(root, 'sys') };
}

function under(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([file, content]) => [`${folder}/${file}`, content]));
}

const MOUNT_V2 = '29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n';

const CGROUP_V2 = {
  'cgroup.events': 'populated 1\nfrozen 0\n',
  'cpu.stat':
    'usage_usec 12500000\nuser_usec 9000000\nsystem_usec 3500000\nnr_periods 400\nnr_throttled 30\nthrottled_usec 1600000\n',
  'cpu.max': '50000 100000\n',
  'memory.current': `${200 * MIB}\n`,
  'memory.stat': `anon 100\nfile 200\ninactive_anon 7\ninactive_file ${50 * MIB}\nactive_file 3\n`,
  'memory.max': `${256 * MIB}\n`,
  'memory.events': 'low 0\nhigh 0\nmax 12\noom 2\noom_kill 1\noom_group_kill 0\n',
};

const FIGURES = {
  cpuTimeS: 12.5,
  cpuLimit: 0.5,
  throttledTimeS: 1.6,
  periods: 400,
  throttledPeriods: 30,
  memoryUsageBytes: 200 * MIB,
  workingSetBytes: 150 * MIB,
  memoryLimitBytes: 256 * MIB,
  oomKills: 1,
  absent: {},
};

describe('version 2', () => {
  test('in a container, where the cgroup namespace makes the path /', () => {
    const roots = tree({
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo': MOUNT_V2,
      ...under('sys/fs/cgroup', CGROUP_V2),
    });
    expect(readCgroup(roots)).toEqual(FIGURES);
  });

  test('on a host, the service has its own cgroup', () => {
    const roots = tree({
      'proc/self/cgroup': '0::/system.slice/shop@1.service\n',
      'proc/self/mountinfo': MOUNT_V2,
      'sys/fs/cgroup/cpu.stat': 'usage_usec 99000000\n',
      ...under('sys/fs/cgroup/system.slice', { ...CGROUP_V2, 'cpu.max': 'max 100000\n', 'memory.max': 'max\n' }),
      ...under('sys/fs/cgroup/system.slice/shop@1.service', CGROUP_V2),
    });
    expect(readCgroup(roots)).toEqual(FIGURES);
  });

  test('the lowest limit of the ancestors holds, and the throttling is that of the cgroup that sets it', () => {
    const slice = {
      'cgroup.events': '',
      'cpu.max': '20000 100000\n',
      'cpu.stat': 'usage_usec 1\nnr_periods 10\nnr_throttled 4\nthrottled_usec 2500000\n',
      'memory.max': `${128 * MIB}\n`,
    };
    const roots = tree({
      'proc/self/cgroup': '0::/a.slice/b.slice/shop.service\n',
      'proc/self/mountinfo': MOUNT_V2,
      ...under('sys/fs/cgroup/a.slice', slice),
      ...under('sys/fs/cgroup/a.slice/b.slice', { 'cgroup.events': '', 'cpu.max': 'max 100000\n' }),
      ...under('sys/fs/cgroup/a.slice/b.slice/shop.service', CGROUP_V2),
    });
    expect(readCgroup(roots)).toMatchObject({
      cpuTimeS: 12.5,
      cpuLimit: 0.2,
      throttledTimeS: 2.5,
      periods: 10,
      throttledPeriods: 4,
      memoryUsageBytes: 200 * MIB,
      memoryLimitBytes: 128 * MIB,
    });
  });

  test('without limits there is a reason and no limit', () => {
    const roots = tree({
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo': MOUNT_V2,
      ...under('sys/fs/cgroup', { ...CGROUP_V2, 'cpu.max': 'max 100000\n', 'memory.max': 'max\n' }),
    });
    const reading = readCgroup(roots);
    expect(reading).not.toHaveProperty('cpuLimit');
    expect(reading).not.toHaveProperty('memoryLimitBytes');
    expect(reading?.absent).toEqual({
      'container.cpu.limit': 'no limit is set',
      'container.memory.limit': 'no limit is set',
    });
  });

  test('what a controller that is not enabled would tell is absent with a reason', () => {
    const roots = tree({
      'proc/self/cgroup': '0::/user.slice/app.scope\n',
      'proc/self/mountinfo': MOUNT_V2,
      ...under('sys/fs/cgroup/user.slice/app.scope', {
        'cgroup.events': '',
        'cpu.stat': 'usage_usec 3000000\nuser_usec 2000000\nsystem_usec 1000000\n',
      }),
    });
    const reading = readCgroup(roots);
    expect(reading?.cpuTimeS).toBe(3);
    expect(Object.keys(reading ?? {})).toEqual(['cpuTimeS', 'absent']);
    expect(Object.keys(reading?.absent ?? {}).toSorted()).toEqual(
      CONTAINER_METRICS.filter((name) => name !== 'container.cpu.time').toSorted(),
    );
    expect(reading?.absent['container.cpu.periods']).toMatch(/cpu\.stat has no nr_periods$/);
    expect(reading?.absent['container.memory.usage']).toMatch(/memory\.current does not exist$/);
  });

  test('the root cgroup of a host is not a container', () => {
    const roots = tree({
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo': MOUNT_V2,
      'sys/fs/cgroup/cpu.stat': 'usage_usec 99000000\n',
    });
    const reading = readCgroup(roots);
    expect(Object.keys(reading?.absent ?? {}).toSorted()).toEqual(CONTAINER_METRICS.toSorted());
    expect(reading?.absent['container.cpu.time']).toContain('the whole host');
  });

  test("a container that mounts the host's tree does not report an ancestor as its own", () => {
    const roots = tree({
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo': MOUNT_V2.replace(' / ', ' /../.. '),
      ...under('sys/fs/cgroup', CGROUP_V2),
    });
    expect(readCgroup(roots)?.absent['container.memory.usage']).toContain('holds the cgroup /');
  });

  test('a path outside of the cgroup namespace does not climb out of the mount', () => {
    const roots = tree({
      'proc/self/cgroup': '0::/../other\n',
      'proc/self/mountinfo': MOUNT_V2,
      ...under('sys/fs/cgroup', CGROUP_V2),
      ...under('sys/fs/other', CGROUP_V2),
    });
    expect(Object.keys(readCgroup(roots) ?? {})).toEqual(['absent']);
  });

  test("with the host's /sys mounted elsewhere, the own mount is the one that is read", () => {
    const roots = tree({
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo':
        '29 23 0:26 / {root}/own rw - cgroup2 cgroup2 rw\n30 23 0:26 /../.. {root}/sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
      ...under('own', CGROUP_V2),
      'sys/fs/cgroup/cpu.stat': 'usage_usec 99000000\n',
    });
    expect(readCgroup({ ...roots, sysRoot: `${roots.sysRoot}/` })).toEqual(FIGURES);
  });

  test('the cgroup is looked for once, its figures are read each time', () => {
    const files = {
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo': MOUNT_V2,
      ...under('sys/fs/cgroup', CGROUP_V2),
    };
    const roots = tree(files);
    expect(readCgroup(roots)?.memoryUsageBytes).toBe(200 * MIB);
    rmSync(join(roots.procRoot, 'self'), { recursive: true });
    writeFileSync(join(roots.sysRoot, 'fs/cgroup/memory.current'), `${210 * MIB}\n`);
    expect(readCgroup(roots)?.memoryUsageBytes).toBe(210 * MIB);
  });

  test('whatever the files hold, a figure is finite or absent', () => {
    const roots = tree({
      'proc/self/cgroup': '0::/\n',
      'proc/self/mountinfo': MOUNT_V2,
      ...under('sys/fs/cgroup', CGROUP_V2),
    });
    const content = fc.oneof(
      fc.string(),
      fc.constantFrom('', '\n', 'max', 'max max', '0 0', '1 0', '-1', '1e999', 'usage_usec', 'usage_usec x', 'NaN'),
      fc.bigInt({ min: 0n, max: 2n ** 64n }).map(String),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.entries(CGROUP_V2)), content, ([file, valid], text) => {
        const path = join(roots.sysRoot, 'fs/cgroup', file);
        writeFileSync(path, text);
        const reading = readCgroup(roots);
        writeFileSync(path, valid);
        for (const [, value] of containerSamples(reading ?? { absent: {} })) {
          expect(Number.isFinite(value)).toBe(true);
        }
        expect(reading).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });
});

const CPU_V1 = {
  'cpu.cfs_quota_us': '50000\n',
  'cpu.cfs_period_us': '100000\n',
  'cpu.stat': 'nr_periods 400\nnr_throttled 30\nthrottled_time 1600000000\n',
};
const CPUACCT_V1 = { 'cpuacct.usage': '12500000000\n' };
const MEMORY_V1 = {
  'memory.usage_in_bytes': `${200 * MIB}\n`,
  'memory.limit_in_bytes': `${256 * MIB}\n`,
  'memory.stat': `inactive_file 1\nhierarchical_memory_limit ${256 * MIB}\ntotal_inactive_file ${50 * MIB}\n`,
  'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n',
};
const UNLIMITED_MEMORY_V1 = {
  ...MEMORY_V1,
  'memory.limit_in_bytes': UNLIMITED_V1,
  'memory.stat': `hierarchical_memory_limit ${UNLIMITED_V1}total_inactive_file ${50 * MIB}\n`,
};

function mountsV1(root: string): string {
  return [
    `33 32 0:30 ${root} /sys/fs/cgroup/cpu,cpuacct ro,nosuid - cgroup cgroup rw,cpu,cpuacct`,
    `34 32 0:31 ${root} /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory`,
    `35 32 0:32 ${root} /sys/fs/cgroup/systemd ro,nosuid - cgroup cgroup rw,xattr,name=systemd`,
    '',
  ].join('\n');
}

function ownV1(path: string): string {
  return `11:memory:${path}\n4:cpu,cpuacct:${path}\n1:name=systemd:${path}\n0::/\n`;
}

function controllersV1(folder: string): Record<string, string> {
  return {
    ...under(`sys/fs/cgroup/cpu,cpuacct${folder}`, { ...CPU_V1, ...CPUACCT_V1 }),
    ...under(`sys/fs/cgroup/memory${folder}`, MEMORY_V1),
  };
}

describe('version 1', () => {
  test.each([
    ["in a container: the mount is the path's own part of the tree", '/docker/abc', '/docker/abc', ''],
    ['in a container with a cgroup namespace', '/', '/', ''],
    ['in a container: the path is not under the mount', '/', '/kubepods/pod1/abc', ''],
    ['in a container: the path is not even in the mounted part', '/kubepods/pod1', '/docker/abc', ''],
    ['on a host', '/', '/system.slice/shop.service', '/system.slice/shop.service'],
    ['in a nested cgroup', '/docker/abc', '/docker/abc/workers', '/workers'],
  ])('%s', (_, root, path, folder) => {
    const roots = tree({
      'proc/self/cgroup': ownV1(path),
      'proc/self/mountinfo': mountsV1(root),
      ...controllersV1(folder),
    });
    expect(readCgroup(roots)).toEqual(FIGURES);
  });

  test('controllers in hierarchies of their own, with different paths', () => {
    const roots = tree({
      'proc/self/cgroup': '4:memory:/box/1\n2:cpuacct:/acct\n1:cpu:/\n',
      'proc/self/mountinfo': [
        '33 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu',
        '34 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct',
        '35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory',
      ].join('\n'),
      ...under('sys/fs/cgroup/cpu', { ...CPU_V1, release_agent: '' }),
      ...under('sys/fs/cgroup/cpuacct/acct', CPUACCT_V1),
      ...under('sys/fs/cgroup/memory/box/1', MEMORY_V1),
    });
    const reading = readCgroup(roots);
    expect(reading).toMatchObject({ cpuTimeS: 12.5, memoryLimitBytes: 256 * MIB });
    expect(reading).not.toHaveProperty('cpuLimit');
    expect(reading?.absent['container.cpu.periods']).toContain('the root cgroup of the cpu hierarchy');
  });

  test('no limit: a quota of -1 and a memory limit in exabytes', () => {
    const roots = tree({
      'proc/self/cgroup': ownV1('/'),
      'proc/self/mountinfo': mountsV1('/'),
      ...under('sys/fs/cgroup/cpu,cpuacct', { ...CPU_V1, ...CPUACCT_V1, 'cpu.cfs_quota_us': '-1\n' }),
      ...under('sys/fs/cgroup/memory', UNLIMITED_MEMORY_V1),
    });
    expect(readCgroup(roots)?.absent).toEqual({
      'container.cpu.limit': 'no limit is set',
      'container.memory.limit': 'no limit is set',
    });
  });

  test('exabytes are no limit even where the memory of the host is not known', () => {
    const roots = tree({
      'proc/meminfo': '',
      'proc/self/cgroup': ownV1('/'),
      'proc/self/mountinfo': mountsV1('/'),
      ...under('sys/fs/cgroup/memory', UNLIMITED_MEMORY_V1),
    });
    expect(readCgroup(roots)?.absent['container.memory.limit']).toBe('no limit is set');
  });

  test.each([
    ['above the memory of the host is none', 9 * GIB, undefined],
    ['of all the memory of the host is one', 8 * GIB, 8 * GIB],
  ])('a memory limit %s', (_, limit, expected) => {
    const roots = tree({
      'proc/self/cgroup': ownV1('/'),
      'proc/self/mountinfo': mountsV1('/'),
      ...under('sys/fs/cgroup/memory', { ...MEMORY_V1, 'memory.stat': `hierarchical_memory_limit ${limit}\n` }),
    });
    expect(readCgroup(roots)?.memoryLimitBytes).toBe(expected);
  });

  test('the lowest limit of the ancestors holds', () => {
    const roots = tree({
      'proc/self/cgroup': ownV1('/pod/abc'),
      'proc/self/mountinfo': mountsV1('/'),
      ...controllersV1('/pod/abc'),
      ...under('sys/fs/cgroup/cpu,cpuacct/pod', {
        'cpu.cfs_quota_us': '30000\n',
        'cpu.cfs_period_us': '100000\n',
        'cpu.stat': 'nr_periods 7\nnr_throttled 2\nthrottled_time 500000000\n',
      }),
      // An old kernel, without the line of the hierarchy in memory.stat.
      'sys/fs/cgroup/memory/pod/abc/memory.stat': `total_inactive_file ${50 * MIB}\n`,
      'sys/fs/cgroup/memory/pod/memory.limit_in_bytes': `${64 * MIB}\n`,
    });
    expect(readCgroup(roots)).toMatchObject({
      cpuLimit: 0.3,
      periods: 7,
      throttledPeriods: 2,
      throttledTimeS: 0.5,
      memoryLimitBytes: 64 * MIB,
    });
  });

  test('the limit of an ancestor that the container cannot see, from memory.stat', () => {
    const roots = tree({
      'proc/self/cgroup': ownV1('/'),
      'proc/self/mountinfo': mountsV1('/'),
      ...under('sys/fs/cgroup/memory', { ...UNLIMITED_MEMORY_V1, 'memory.stat': MEMORY_V1['memory.stat'] }),
    });
    expect(readCgroup(roots)?.memoryLimitBytes).toBe(256 * MIB);
  });

  test('huge counters', () => {
    const roots = tree({
      'proc/self/cgroup': ownV1('/'),
      'proc/self/mountinfo': mountsV1('/'),
      ...under('sys/fs/cgroup/cpu,cpuacct', { ...CPU_V1, 'cpuacct.usage': '18446744073709551615\n' }),
    });
    expect(readCgroup(roots)?.cpuTimeS).toBeCloseTo(2 ** 64 / 1e9, 0);
  });
});

describe('no cgroup', () => {
  test('without procfs', () => {
    expect(readCgroup({ procRoot: '/nonexistent/proc', sysRoot: '/nonexistent/sys' })).toBeUndefined();
  });

  test('a kernel without cgroups', () => {
    expect(readCgroup(tree({ 'proc/self/cgroup': '', 'proc/self/mountinfo': MOUNT_V2 }))).toBeUndefined();
  });

  test('procfs, but no cgroup file system: all is absent with the reason', () => {
    const reading = readCgroup(tree({ 'proc/self/cgroup': '0::/\n', 'proc/self/mountinfo': '' }));
    expect(Object.keys(reading ?? {})).toEqual(['absent']);
    expect(reading?.absent['container.cpu.time']).toBe('the cgroup version 2 hierarchy is not mounted');
  });
});

describe('pressure', () => {
  test('version 2 has it in the cgroup', () => {
    const roots = tree({
      'proc/self/cgroup': '0::/shop.service\n',
      'proc/self/mountinfo': MOUNT_V2,
      ...under('sys/fs/cgroup/shop.service', CGROUP_V2),
    });
    const dir = join(roots.sysRoot, 'fs/cgroup/shop.service');
    expect(cgroupPressurePaths(roots)).toEqual({
      paths: { cpu: `${dir}/cpu.pressure`, memory: `${dir}/memory.pressure`, io: `${dir}/io.pressure` },
    });
  });

  test.each([
    ['version 1 has none', ownV1('/docker/abc'), mountsV1('/docker/abc'), 'not mounted'],
    ['the root cgroup is the host', '0::/\n', MOUNT_V2, 'the whole host'],
    ['no cgroup at all', '', '', 'no cgroup'],
  ])('%s', (_, own, mounts, reason) => {
    const roots = tree({
      'proc/self/cgroup': own,
      'proc/self/mountinfo': mounts,
      'sys/fs/cgroup/cpu.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n',
    });
    expect(cgroupPressurePaths(roots)).toEqual({ reason: expect.stringContaining(reason) });
  });
});

describe('samples', () => {
  test('are those of the catalogue, with its attributes', () => {
    const samples = containerSamples(FIGURES);
    expect(new Set(samples.map(([name]) => name))).toEqual(new Set(CONTAINER_METRICS));
    for (const [name, , attributes = {}] of samples) {
      expect(catalogue.get(name)?.attributes).toEqual(Object.keys(attributes));
    }
    const ours = [...catalogue.keys()].filter((name) => name.startsWith('container.'));
    expect(CONTAINER_METRICS.toSorted()).toEqual(ours.toSorted());
  });

  test('periods are told apart by whether they were throttled', () => {
    expect(containerSamples({ periods: 400, throttledPeriods: 30, absent: {} })).toEqual([
      ['container.cpu.periods', 30, { throttled: 'true' }],
      ['container.cpu.periods', 370, { throttled: 'false' }],
    ]);
  });

  test('what is absent has none', () => {
    expect(containerSamples({ memoryUsageBytes: 0, absent: {} })).toEqual([['container.memory.usage', 0]]);
  });
});

describe('formats', () => {
  test('mountinfo: octal escapes, optional fields, an empty source', () => {
    const [plain, cgroup, odd, ...rest] = parseMountinfo(
      [
        '36 35 98:0 /a\\040b /mnt/my\\040disk\\134x rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue',
        '31 23 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct',
        '40 23 0:40 / /mnt/a\\040-\\040b rw - tmpfs  rw',
        'not a mount',
        '',
      ].join('\n'),
    );
    expect(plain).toEqual({
      device: '98:0',
      root: '/a b',
      mountPoint: '/mnt/my disk\\x',
      fsType: 'ext3',
      source: '/dev/root',
      superOptions: ['rw', 'errors=continue'],
    });
    expect(cgroup).toMatchObject({ fsType: 'cgroup', superOptions: ['rw', 'cpu', 'cpuacct'] });
    expect(odd).toMatchObject({ mountPoint: '/mnt/a - b', fsType: 'tmpfs', source: '' });
    expect(rest).toEqual([]);
  });

  test('mountinfo: no text makes it throw', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseMountinfo(text)).toBeInstanceOf(Array);
      }),
    );
  });

  test('the own cgroups: controllers together, named hierarchies, colons in the path', () => {
    expect(parseOwnCgroups('4:cpu,cpuacct:/a:b\n1:name=systemd:/x\n0::/y\nnonsense\n')).toEqual(
      new Map([
        ['cpu', '/a:b'],
        ['cpuacct', '/a:b'],
        ['name=systemd', '/x'],
        ['', '/y'],
      ]),
    );
  });
});

test.runIf(process.platform === 'linux')('this machine: every metric is read or absent with a reason', () => {
  const reading = readCgroup();
  if (reading === undefined) throw new Error('Linux, but no cgroup');
  const read = new Set(containerSamples(reading).map(([name]) => name));
  for (const name of CONTAINER_METRICS) expect(read.has(name)).toBe(reading.absent[name] === undefined);
  for (const [, value] of containerSamples(reading)) expect(value).toBeGreaterThanOrEqual(0);
});

test('needs nothing but the file system: the application reads it at every push', async () => {
  const files = [
    'cgroup.ts',
    'cgroup/location.ts',
    'cgroup/figure.ts',
    'cgroup/lowest-limit.ts',
    'cgroup/v1.ts',
    'cgroup/v2.ts',
  ];
  const { readFile } = await import('node:fs/promises');
  for (const file of files) {
    const source = await readFile(fileURLToPath(new URL(`../src/${file}`, import.meta.url)), 'utf8');
    const modules = [...source.matchAll(/from '([^'.][^']*)'/g)].map(([, name]) => name);
    expect(modules.filter((name) => name !== 'node:fs' && name !== 'node:path/posix')).toEqual([]);
  }
});
