import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultConfig, generatedFiles } from '@outrider/dashboards';
import { compareFiles, writeFiles } from '../src/output-folder.ts';
import { outrider } from './command-line.ts';
import { inProcess } from './in-process.ts';
import type { Said } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-out-'));
const out = join(folder, 'out');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(out, { recursive: true, force: true }));

const RULES = 'prometheus/rules/outrider.yml';

function run(...args: readonly string[]): Promise<Said> {
  return inProcess(['dashboards', ...args]);
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function text(path: string): string {
  return readFileSync(join(out, path), 'utf8');
}

describe('outrider dashboards', () => {
  it('writes everything with the user’s configuration, and says what changed', async () => {
    const first = await run('--out', out);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const files = generatedFiles(defaultConfig);
    expect(first.stdout).toContain(`  new          ${RULES}\n`);
    expect(first.stdout).toMatch(new RegExp(`\n${files.size} files in \\S+: ${files.size} new\n$`));
    for (const [path, content] of files) expect(text(path), path).toBe(content);

    const config = file('config.yaml', 'thresholds: { cpu: { high: 77% } }\n');
    const checked = await run('--out', out, '--config', config, '--check');
    expect(checked).toMatchObject({ code: 1, stderr: '' });
    expect(checked.stdout).toContain(`${RULES} differs\n`);
    expect(text(RULES)).not.toContain('> 0.77');

    const second = await run('--out', out, '--config', config);
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toContain(`  changed      ${RULES}\n`);
    expect(text(RULES)).toContain('> 0.77');
    expect(await run('--out', out, '--config', config, '--check')).toMatchObject({ code: 0 });
  });

  it('is a command', async () => {
    const { code, stdout, stderr } = await outrider(['dashboards', '--out', out, '--check']).ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain(`${RULES} is missing\n`);
    expect(existsSync(out)).toBe(false);
  });

  it('prints the configuration that applies, which reads as the same', async () => {
    const printed = await run('--print-config', '--config', file('other.yaml', 'hosts: { cluster: eu }\n'));
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    const again = await run('--print-config', '--config', file('again.yaml', printed.stdout));
    expect(again.stdout).toBe(printed.stdout);
    expect(printed.stdout).toMatch(/^hosts:\n {2}job: ="outrider"\n {2}cluster: ="eu"\n/m);
  });

  it.each<[string, readonly string[], string]>([
    ['no folder', [], '--out is missing'],
    ['a flag that is not known', ['--ot', 'x'], 'the nearest is --out'],
    ['a wrong configuration', ['--out', out, '--config', file('wrong.yaml', 'a: 1\n\nscrapeIntervall: 5s\n')], 'line 1: a is not known; there are scrapeInterval'],
    ['no configuration', ['--out', out, '--config', join(folder, 'none.yaml')], 'there is no such file'],
  ])('refuses %s in one line', async (_, args, message) => {
    const ended = await run(...args);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^outrider: [^\n]+\n$/);
    expect(ended.stderr).toContain(message);
    expect(existsSync(out)).toBe(false);
  }); // prettier-ignore

  it('overwrites nothing that it did not write, unless it is told to', async () => {
    mkdirSync(join(out, 'prometheus/rules'), { recursive: true });
    writeFileSync(join(out, RULES), 'groups: []\n');
    writeFileSync(join(out, 'mine.txt'), 'mine');
    const refused = await run('--out', out);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^outrider: \S+ has a file that this command did not write, or that changed since: \S+outrider\.yml\. Nothing was written; --force/,
    );
    expect(readdirSync(out).toSorted()).toEqual(['mine.txt', 'prometheus']);
    const forced = await run('--out', out, '--force');
    expect(forced).toMatchObject({ code: 0, stderr: '' });
    expect(forced.stdout).toContain(`  overwritten  ${RULES}\n`);
    expect(text('mine.txt')).toBe('mine');
  });

  it('says how it is used', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Exit codes: 0 [^]+ 1 [^]+ 2 /);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('writeFiles', () => {
  const files = new Map([
    ['a/b.txt', 'b'],
    ['c.txt', 'c'],
  ]);

  it('takes away what is not generated any more, unless somebody changed it', () => {
    writeFiles(out, files);
    writeFiles(out, new Map([['c.txt', 'c']]));
    expect(existsSync(join(out, 'a/b.txt'))).toBe(false);
    writeFiles(out, files);
    writeFileSync(join(out, 'a/b.txt'), 'mine');
    expect([...compareFiles(out, new Map([['c.txt', 'd']]))]).toEqual([['c.txt', 'changed']]);
    expect([...compareFiles(out, files)]).toEqual([
      ['a/b.txt', 'foreign'],
      ['c.txt', 'same'],
    ]);
    expect(readdirSync(out).toSorted()).toEqual(['.outrider-dashboards.json', 'a', 'c.txt']);
  });

  it('never leaves the folder, wherever a link leads', () => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'c.txt'), 'theirs');
    mkdirSync(out);
    symlinkSync(elsewhere, join(out, 'a'));
    expect(() => writeFiles(out, files)).toThrow('is a link that leads out of');
    expect(existsSync(join(out, 'c.txt'))).toBe(false);
    rmSync(join(out, 'a'));
    // A file that is a link is replaced, and what it leads to is not.
    symlinkSync(join(elsewhere, 'c.txt'), join(out, 'c.txt'));
    writeFiles(out, files);
    expect(readFileSync(join(elsewhere, 'c.txt'), 'utf8')).toBe('theirs');
    expect(readdirSync(elsewhere)).toEqual(['c.txt']);
  });

  it('refuses what is no file where one is to be, and a folder that cannot be made', () => {
    mkdirSync(join(out, 'c.txt'), { recursive: true });
    expect(() => writeFiles(out, files)).toThrow(/c\.txt is no regular file; nothing was written$/);
    expect(readdirSync(out)).toEqual(['c.txt']);
    rmSync(join(out, 'c.txt'), { recursive: true });
    execFileSync('mkfifo', [join(out, 'c.txt')]);
    expect(() => compareFiles(out, files)).toThrow('is no regular file');
    expect(() => writeFiles('/proc/outrider/below', files)).toThrow('ENOENT');
  });

  it('takes nothing away that its own list names outside of the folder', () => {
    const victim = file('victim.txt', 'x');
    writeFiles(out, files);
    const list = join(out, '.outrider-dashboards.json');
    const hash = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881';
    writeFileSync(list, JSON.stringify({ '../victim.txt': hash, [victim]: hash }));
    writeFiles(out, files);
    expect(readFileSync(victim, 'utf8')).toBe('x');
    writeFileSync(list, 'no JSON');
    expect(compareFiles(out, new Map([['c.txt', 'd']])).get('c.txt')).toBe('foreign');
  });
});
