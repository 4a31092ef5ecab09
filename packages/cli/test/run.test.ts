import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commands } from '../src/commands.ts';
import { outrider } from './command-line.ts';

describe('outrider', () => {
  it.each([['--help'], ['-h'], ['help']])('%s lists the commands', async (flag) => {
    const { code, stdout, stderr } = await outrider([flag]).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const [name, { summary }] of Object.entries(commands))
      expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'));
  });

  it('--version prints that of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await outrider(['--version']).ended).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    [['sidecars'], 'outrider: there is no command "sidecars". There are: dashboards, demo, doctor, sidecar\n'],
    [['__proto__'], 'outrider: there is no command "__proto__". There are: dashboards, demo, doctor, sidecar\n'],
    [['toString'], 'outrider: there is no command "toString". There are: dashboards, demo, doctor, sidecar\n'],
    [['a\nb'], 'outrider: there is no command "a\\nb". There are: dashboards, demo, doctor, sidecar\n'],
    [[], 'outrider: which command? There are: dashboards, demo, doctor, sidecar. See outrider --help\n'],
  ])('%j is one line and exit code 2', async (args, stderr) => {
    expect(await outrider(args).ended).toEqual({ code: 2, stdout: '', stderr });
  });

  it('says which Node.js it needs, and does not begin to load under an older one', () => {
    const older = `Object.defineProperty(process.versions, 'node', { value: '22.14.0' });`;
    const bin = fileURLToPath(new URL('../bin/outrider.js', import.meta.url));
    const args = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, bin, '--version'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: 'outrider: this is Node.js 22.14.0, and 22.15 or later is needed.\n',
    });
  });
});
