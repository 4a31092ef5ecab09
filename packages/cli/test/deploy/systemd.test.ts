import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { loadConfigText } from './config-text.ts';
import { REPOSITORY } from './image-tree.ts';

const FOLDER = join(REPOSITORY, 'examples/systemd');
const SECTIONS = ['Unit', 'Service', 'Install'];
const HAS_ANALYZE = spawnSync('systemd-analyze', ['--version']).status === 0;

// What a service may not lose without somebody noticing. systemd's own word for the whole is its exposure, of 10.
const DEMANDED = {
  DynamicUser: 'yes',
  NoNewPrivileges: 'yes',
  CapabilityBoundingSet: '',
  ProtectSystem: 'strict',
  ProtectHome: 'yes',
  ProtectProc: 'invisible',
  PrivateTmp: 'yes',
  RestrictNamespaces: 'yes',
  RuntimeDirectory: 'outrider',
  LoadCredential: 'token:/etc/outrider/token',
  MemoryMax: '128M',
  TasksMax: '64',
  Restart: 'always',
  ExecReload: '/bin/kill -HUP $MAINPID',
};
const MOST_EXPOSURE = 2;

it('the unit is confined as it says, and its configuration starts a sidecar', async () => {
  const settings = await serviceSettings();
  for (const [name, value] of Object.entries(DEMANDED)) expect([name, settings.get(name)]).toEqual([name, [value]]);
  expect(settings.get('SystemCallFilter')).toEqual(['@system-service', '~@privileged @resources']);
  // Of /proc, what is not about processes is what is measured; and Node.js compiles at run time.
  expect(settings.has('ProcSubset') || settings.has('MemoryDenyWriteExecute')).toBe(false);
  expect(Number(settings.get('TimeoutStopSec')?.[0])).toBeGreaterThan(5);
  const config = loadConfigText(await readFile(join(FOLDER, 'outrider.yaml'), 'utf8'));
  expect(config.otlp.socket).toBe('/run/outrider/otlp.sock');
  expect(config.access.token).toBeDefined();
});

it.runIf(HAS_ANALYZE)('systemd takes the unit and finds it hardly exposed', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'outrider-systemd-'));
  try {
    const unit = join(folder, 'outrider.service');
    // Where it is installed is not here; systemd wants to see the program.
    const text = await readFile(join(FOLDER, 'outrider.service'), 'utf8');
    await writeFile(unit, text.replace('ExecStart=/usr/bin/node ', `ExecStart=${process.execPath} `));
    expect(await analyze('verify', unit)).toBe('');
    const security = await analyze('security', '--offline=true', '--no-pager', unit);
    const exposure = Number(/exposure level for outrider\.service: ([\d.]+)/.exec(security)?.[1]);
    expect(exposure).toBeLessThanOrEqual(MOST_EXPOSURE);
    await writeFile(unit, text.replace('ProtectSystem=strict', 'ProtectSistem=strict'));
    expect(await analyze('verify', unit)).toContain('ProtectSistem');
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** The settings of [Service] with their values in order. @throws {Error} for a line that is none */
async function serviceSettings(): Promise<Map<string, string[]>> {
  const settings = new Map<string, string[]>();
  let section = '';
  for (const line of (await readFile(join(FOLDER, 'outrider.service'), 'utf8')).split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const named = /^\[(\w+)\]$/.exec(line)?.[1];
    if (named !== undefined) {
      expect(SECTIONS).toContain(named);
      section = named;
      continue;
    }
    const [, name, value = ''] = /^([A-Z]\w+)=(.*)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`is no setting: ${line}`);
    if (section === 'Service') settings.set(name, [...(settings.get(name) ?? []), value]);
  }
  return settings;
}

// verify says what is wrong on stderr, with exit code 0 where it would only ignore it.
async function analyze(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('systemd-analyze', args, {
    env: { ...process.env, LC_ALL: 'C' },
  })
    // oxlint-disable-next-line no-unsafe-type-assertion -- it has both where it failed, too
    .catch((error: unknown) => error as { stdout: string; stderr: string });
  return stdout + stderr;
}
