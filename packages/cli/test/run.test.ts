import { readFileSync } from 'node:fs';
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
    [['sidecars'], 'outrider: there is no command "sidecars". There are: demo, sidecar\n'],
    [['__proto__'], 'outrider: there is no command "__proto__". There are: demo, sidecar\n'],
    [['toString'], 'outrider: there is no command "toString". There are: demo, sidecar\n'],
    [['a\nb'], 'outrider: there is no command "a\\nb". There are: demo, sidecar\n'],
    [[], 'outrider: which command? There are: demo, sidecar. See outrider --help\n'],
  ])('%j is one line and exit code 2', async (args, stderr) => {
    expect(await outrider(args).ended).toEqual({ code: 2, stdout: '', stderr });
  });
});
