import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fullConfig, plantedSecrets, secretSources } from '../../sidecar/test/config/full-config.ts';
import { mutations } from '../../sidecar/test/config/mutations.ts';
import { outrider } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sources = secretSources(folder);
// A process each takes its time; the 500 are tried without one in packages/sidecar/test/config/mutations.test.ts.
const every = Number(process.env['EVERY'] ?? 111);
const seed = Number(process.env['SEED'] ?? 20_261_121);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return outrider(['sidecar', ...args], { ...sources, ...env }).ended;
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function expectNoSecret({ stdout, stderr }: Ended): void {
  for (const secret of plantedSecrets) expect(stdout + stderr).not.toContain(secret);
}

describe('outrider sidecar', () => {
  it('--check says that a configuration is valid and what is not the default; --print-config prints it', async () => {
    const config = file('full.yaml', fullConfig(folder));
    const checked = await run(['--config', config, '--check', '--limits-depth', '5'], { OUTRIDER_INSTANCE: 'i' });
    expect(checked).toMatchObject({ code: 0, stderr: '' });
    expect(checked.stdout).toMatch(/^configuration is valid\n {2}from \S+full\.yaml: /);
    expect(checked.stdout).toContain(
      '\n  from the environment: OUTRIDER_INSTANCE\n  from the command line: --limits-depth\n',
    );
    const printed = await run(['--config', config, '--print-config']);
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    [checked, printed].forEach(expectNoSecret);
    const again = await run(['--config', file('again.yaml', printed.stdout), '--check']);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toMatch(/^configuration is valid, but for \d+ masked secrets to be filled in\n/);
    const started = await run(['--config', join(folder, 'again.yaml')]);
    expect(started).toMatchObject({ code: 2, stdout: '' });
  });

  it('takes a reload that no longer names a variable, which cannot be taken away from it', async () => {
    const config = file(
      'reload.yaml',
      'forward: {endpoint: "http://127.0.0.1:1", headers: {x: {env: OUTRIDER_MY_KEY}}}\n',
    );
    const listen = ['--otlp-listen', '127.0.0.1:0', '--metrics-listen', '127.0.0.1:0', '--otlp-socket', 'false'];
    const running = outrider(['sidecar', '--config', config, ...listen], { OUTRIDER_MY_KEY: 'x' });
    try {
      await running.line('ready');
      file('reload.yaml', 'log: {level: info}\n');
      running.child.kill('SIGHUP');
      expect(await running.line('configuration')).toContain('configuration reloaded changed=forward');
      const metrics = /metrics listener.*http:\/\/(\S+)/.exec(await running.line('metrics listener'))?.[1] ?? '';
      const asked = await run(['--health', '--config', config, '--metrics-listen', metrics], { OUTRIDER_MY_KEY: 'x' });
      expect(asked.stderr).not.toContain('OUTRIDER_MY_KEY');
      expect(asked.code).toBe(0);
    } finally {
      running.child.kill();
      await running.ended;
    }
    const { code, stderr } = await run(['--check', '--config', config], { OUTRIDER_MY_KEY: 'x' });
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('OUTRIDER_MY_KEY is not known'),
    });
  });

  const url = `postgres://u:${plantedSecrets[0]}@h:99999`;
  it.each<[string, readonly string[], Readonly<Record<string, string>>, string]>([
    ['a token as a flag', ['--token', plantedSecrets[0] ?? ''], {}, '--token is not taken: everybody can see a command line'],
    ['a URL as a flag', ['--watch', url], {}, '--watch has an error in entry 1: url must be a URL'],
    ['two looks at once', ['--check', '--print-config'], {}, 'only one of --check, --print-config can be asked for'],
    ['a URL in a variable', [], { OUTRIDER_WATCH: url, OUTRIDER_FORWARD_ENDPOINT: url }, 'has an error in entry 1'],
    ['a misspelt variable', [], { OUTRIDER_TOKNE: plantedSecrets[0] ?? '' }, 'OUTRIDER_TOKNE is not known; the nearest variable is OUTRIDER_TOKEN.'],
    ['a secret as a word', ['--check', '--interval', plantedSecrets[0] ?? ''], {}, '--interval must be a duration'],
  ])('refuses %s, and does not show it', async (_, args, env, message) => {
    const ended = await run(args, env);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^outrider: [^\n]+\n$/);
    expect(ended.stderr).toContain(message);
    expectNoSecret(ended);
  }); // prettier-ignore

  it(`never ends by a stack trace, whatever the file is (SEED=${seed})`, async () => {
    const spoilt = mutations(fullConfig(folder), { count: 500, seed }).filter((_, index) => index % every === 0);
    expect(spoilt.length).toBeGreaterThan(3);
    const check = async (index: number): Promise<void> => {
      const { name, content } = spoilt[index]!;
      const ended = await run(['--check', '--config', file(`${index}.yaml`, content)]);
      expect(ended.code, `${name}: ${ended.stderr}`).toBe(ended.stderr === '' ? 0 : 2);
      if (ended.stderr !== '') expect(ended.stderr, name).toMatch(/^outrider: Configuration [^\n]+\n$/);
      expectNoSecret(ended);
    };
    // Two at a time, as there are cores.
    for (let index = 0; index < spoilt.length; index += 2) {
      await Promise.all([index, index + 1].filter((at) => at < spoilt.length).map(check));
    }
  });
});
