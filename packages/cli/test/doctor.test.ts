import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultConfig, generatedFiles } from '@outrider/dashboards';
import type { Report } from '@outrider/dashboards';
import { freePort } from '@outrider/test-servers';
import { startStage } from '../../dashboards/test/doctor/stage.ts';
import type { Stage } from '../../dashboards/test/doctor/stage.ts';
import { doctorText } from '../src/doctor-text.ts';
import { outrider } from './command-line.ts';
import { inProcess } from './in-process.ts';
import type { Said } from './in-process.ts';

const PASSWORD = 'hunter2-of-the-doctor';
const folder = mkdtempSync(join(tmpdir(), 'outrider-doctor-cli-'));
const nowS = Math.floor(Date.now() / 15_000) * 15;

let stage: Stage;

// A sidecar and an application without a cache, the rules, and a password.
beforeAll(async () => {
  stage = await startStage({
    past: [
      { name: 'outrider_memory_usage_bytes{job="outrider",instance="h:9464"}', at: () => 1 },
      { name: 'process_uptime_seconds{job="shop",instance="i",worker="0"}', at: () => 1 },
    ],
    slice: { fromS: nowS - 600, toS: nowS },
    settings: { rule_files: ['rules.yml'] },
    rules: generatedFiles(defaultConfig).get('prometheus/rules/outrider.yml') ?? '',
    web: `basic_auth_users: { sre: ${JSON.stringify(hashSync(PASSWORD, 4))} }\n`,
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await stage.stop();
});

const basic = `Authorization: Basic ${Buffer.from(`sre:${PASSWORD}`).toString('base64')}`;

async function run(...args: readonly string[]): Promise<Said> {
  const ended = await inProcess(['doctor', ...args]);
  expect(ended.stdout + ended.stderr).not.toContain(PASSWORD);
  expect(ended.stdout + ended.stderr).not.toContain(basic.slice(-12));
  return ended;
}

describe('outrider doctor', () => {
  it('ends with 0 where all is there that should be, let in by URL, flag or file', async () => {
    const url = stage.url.replace('//', `//sre:${PASSWORD}@`);
    const ended = await outrider(['doctor', '--prometheus', url, '--dashboard', 'cache']).ended;
    expect(ended.stdout).not.toContain(PASSWORD);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(new RegExp(`^Prometheus \\S+ at ${stage.url}/\n`));
    expect(ended.stdout).toMatch(/\n {2}empty {4}\S.* no cache tells it\n/);
    expect(ended.stdout).toMatch(/\n\d+ panels: \d+ empty; all that should be there is there\n$/);
    expect(ended.stdout).not.toContain('\u001B');
    for (const line of ended.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    const header = join(folder, 'header');
    writeFileSync(header, `${basic}\n`);
    expect(await run('--prometheus', stage.url, '--dashboard', 'cache', '--header', `@${header}`)).toMatchObject({
      code: 0,
    });
    expect(await run('--prometheus', stage.url, '--dashboard', 'cache', '--header', basic)).toMatchObject({ code: 0 });
  });

  it('ends with 1 where something is missing, and says what to do; as JSON too', async () => {
    const ended = await run('--prometheus', stage.url, '--header', basic, '--dashboard', 'outrider-api');
    expect(ended).toMatchObject({ code: 1, stderr: '' });
    expect(ended.stdout).toContain('\n  missing  Requests ');
    expect(ended.stdout).toMatch(
      /\nWhat to do\n {2}1\. applications push, and none has had a request \(\d+ panels\)\n {5}→ send one/,
    );
    const json = await run('--prometheus', stage.url, '--header', basic, '--dashboard', 'api', '--json');
    expect(json).toMatchObject({ code: 1, stderr: '' });
    const report = JSON.parse(json.stdout) as Report;
    expect(report).toMatchObject({ well: false, problems: [], dashboards: [{ uid: 'outrider-api' }] });
    expect(report.dashboards[0]?.panels[0]).toMatchObject({
      id: 1,
      status: 'missing',
      findings: [{ code: 'no-requests' }],
    });
  });

  it('says that it is not let in, or that nobody answers', async () => {
    const stranger = await run('--prometheus', stage.url);
    expect(stranger).toMatchObject({ code: 1, stderr: '' });
    expect(stranger.stdout).toContain('answered 401: it wants to know who asks');
    expect(stranger.stdout).toContain("--header 'Authorization: Bearer …'");
    const nobody = await run('--prometheus', `http://sre:${PASSWORD}@127.0.0.1:${await freePort()}`);
    expect(nobody).toMatchObject({ code: 1, stderr: '' });
    expect(nobody.stdout).toContain('cannot be reached');
  });

  it.each<[string, readonly string[], string]>([
    ['no URL', [], '--prometheus is missing'],
    ['what is no URL', ['--prometheus', `sre:${PASSWORD}`], '--prometheus must be an http or https URL'],
    ['a URL with a query', ['--prometheus', `http://h/?token=${PASSWORD}`], 'URL, without ? and #'],
    ['a URL whose password is written wrongly', ['--prometheus', `http://sre:${PASSWORD}%zz@h`], '--prometheus must be'],
    ['a header that is not sent', ['--prometheus', 'http://h', '--header', `Authorization: ${PASSWORD}…`], '--header must be one that may be added'],
    ['a header of the request', ['--prometheus', 'http://h', '--header', 'Content-Length: 3'], '--header must be one that may be added'],
    ['a header without a value', ['--prometheus', 'http://h', '--header', PASSWORD], '--header must be a name, a colon and a value'],
    ['a file that is not there', ['--prometheus', 'http://h', '--header', '@/none'], 'the file of --header cannot be read: ENOENT'],
    ['a dashboard that is not known', ['--prometheus', 'http://h', '--dashboard', 'apis'], 'there are outrider-api, '],
    ['a wrong configuration', ['--prometheus', 'http://h', '--config', '/none.yaml'], 'there is no such file'],
  ])('refuses %s in one line', async (_, args, message) => {
    const ended = await run(...args);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^outrider: [^\n]+\n$/);
    expect(ended.stderr).toContain(message);
  }); // prettier-ignore

  it('says how it is used', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Exit codes: 0 [^]+ 1 [^]+2 /);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('doctorText', () => {
  const why = 'no Redis server is watched';
  const panel = { id: 1, title: 'A', status: 'empty', findings: [{ code: 'not-used', why }] } as const;
  const report: Report = {
    prometheus: { url: 'http://h/' },
    problems: [{ code: 'not-scraped', why: 'no sidecar is scraped', mend: `do ${'x'.repeat(250)}` }],
    dashboards: [
      {
        uid: 'outrider-cache',
        title: 'Cache',
        panels: [
          { id: 5, title: 'Fine', status: 'ok', findings: [] },
          { ...panel, title: 'First' },
          { ...panel, title: 'Second' },
          { ...panel, title: 'Third' },
          {
            ...panel,
            title: 'A title that is far too long for the column that it has',
            findings: [{ code: 'idle', why: 'idle' }],
          },
          {
            id: 9,
            title: 'Some',
            status: 'partly',
            findings: [panel.findings[0], { code: 'bucket', why: 'no bucket' }],
          },
        ],
      },
    ],
    well: false,
  };

  it('puts panels that are empty for one reason into one line, and breaks what is long', () => {
    const text = doctorText(report, false);
    expect(text.split('\n').slice(2, 8)).toEqual([
      'Cache (outrider-cache)',
      '  ok       Fine',
      '  empty    First … and 2 more                    no Redis server is watched',
      '  empty    A title that is far too long for th…  idle',
      '  partly   Some                                  no bucket',
      '',
    ]);
    expect(text).toContain('  1. no sidecar is scraped\n     → do\n     xxx');
    expect(text).toContain('  2. no bucket (1 panel)\n     → look at it in Prometheus\n');
    expect(text).toContain('\n6 panels: 1 ok, 4 empty, 1 partly; not all is as it should be\n');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('is coloured for a terminal', () => {
    expect(doctorText(report, true)).toContain('  \u001B[33mpartly   \u001B[0mSome');
  });
});
