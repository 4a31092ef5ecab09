import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { secret } from '../../src/config/secret-kind.ts';
import { loadConfig } from '../../src/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-secret-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const context = { variable: (name: string) => ({ KEY: 'from the variable', EMPTY: '' })[name] };

describe('a secret', () => {
  it('is text, in a file or in a variable', () => {
    expect(secret.parse('text').read()).toBe('text');
    expect(secret.parse(new Map([['file', file('a', 'in a file\n')]])).read()).toBe('in a file');
    expect(secret.parse(new Map([['env', 'KEY']]), context).read()).toBe('from the variable');
  });

  it('is read anew where it is in a file, through links as Kubernetes makes them', () => {
    const path = file('b', 'before');
    symlinkSync('b', join(folder, 'link'));
    const linked = Secret.inFile(join(folder, 'link'));
    expect(linked.read()).toBe('before');
    writeFileSync(path, 'after\r\n');
    expect(linked.read()).toBe('after');
    // As some editors begin a file.
    writeFileSync(path, '\ufeffwith a mark');
    expect(linked.read()).toBe('with a mark');
  });

  it('is not shown', () => {
    const hidden = Secret.of('hunter2');
    expect(
      `${String(hidden)} ${JSON.stringify({ hidden })} ${inspect(hidden, { depth: 9, showHidden: true })}`,
    ).not.toContain('hunter2');
    expect(secret.write(hidden)).toBe('<secret>');
    expect(secret.write(Secret.inFile('/run/x'))).toEqual({ file: '/run/x' });
  });

  it('that is masked is taken only where somebody counts masks', () => {
    let masks = 0;
    secret.parse('<secret>', { ...context, onMask: () => (masks += 1) });
    expect(masks).toBe(1);
    expect(() => secret.parse('<secret>')).toThrow('stands for a secret: write the secret itself');
  });

  it.each<[string, () => unknown, string]>([
    ['nothing', () => '', 'must not be empty'],
    ['a number', () => 7, 'must be text: write it in quotes'],
    ['a list', () => ['x'], 'must be text, { file: /path } or { env: NAME }'],
    ['two places', () => new Map([['file', '/x'], ['env', 'KEY']]), 'must be text, { file: /path }'],
    ['a place that is none', () => new Map([['flie', '/x']]), 'must be text, { file: /path }'],
    ['a relative path', () => new Map([['file', 'x']]), 'file must be an absolute path'],
    ['no file', () => new Map([['file', join(folder, 'none')]]), 'none, which cannot be read: there is no such file'],
    ['a folder', () => new Map([['file', folder]]), 'which cannot be read: it is a directory'],
    ['an empty file', () => new Map([['file', file('empty', '\n')]]), 'empty, which is empty'],
    ['a long file', () => new Map([['file', file('long', 'x'.repeat(65_537))]]), 'it has more than 65536 bytes'],
    ['another encoding', () => new Map([['file', file('latin', Buffer.from('pässword', 'latin1'))]]), 'latin, which is not UTF-8'],
    ['a device', () => new Map([['file', '/dev/zero']]), 'it is no regular file'],
    ['a variable that is not set', () => new Map([['env', 'NOT_SET']]), 'env names a variable that is not set'],
    ['a variable that is empty', () => new Map([['env', 'EMPTY']]), 'env names a variable that is not set'],
    ['no variable', () => new Map([['env', 'a b']]), 'env must be the name of a variable, in capitals'],
  ])('is not %s', (_, given, problem) => {
    expect(() => secret.parse(given(), context)).toThrow(problem);
  }); // prettier-ignore

  it('is not waited for in a pipe', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(() => secret.parse(new Map([['file', pipe]]))).toThrow(
      `names ${pipe}, which cannot be read: it is no regular file`,
    );
    expect(() => loadConfig({ file: pipe })).toThrow('cannot be read: it is no regular file');
  });
});

describe('the token', () => {
  it('is given once', () => {
    const flags = { 'token-file': file('token', 'sixteen-characters') };
    const env = { OUTRIDER_TOKEN: 'characters-sixteen' };
    expect(loadConfig({ flags }).access.token?.read()).toBe('sixteen-characters');
    expect(loadConfig({ env }).access.token?.read()).toBe('characters-sixteen');
    expect(loadConfig({ flags: { 'token-file': 'none' }, env }).access.token?.read()).toBe('characters-sixteen');
    expect(() => loadConfig({ flags, env })).toThrow(
      'token is given twice: OUTRIDER_TOKEN (from the environment) and --token-file (from the command line)',
    );
  });

  it('is not taken from the command line', () => {
    expect(() => loadConfig({ flags: { token: 'hunter2' } })).toThrow(
      '--token is not taken: everybody can see a command line; use --token-file, OUTRIDER_TOKEN or the key token',
    );
  });
});

describe('a variable that begins with OUTRIDER_', () => {
  it('and is not known is refused', () => {
    expect(() => loadConfig({ env: { OUTRIDER_TOKNE: 'hunter2' } })).toThrow(
      'from the environment: OUTRIDER_TOKNE is not known; the nearest variable is OUTRIDER_TOKEN.',
    );
  });

  it('may be a secret, empty, or of a service that is called so', () => {
    const path = file('c.yaml', 'watch: {url: "redis://h", password: {env: OUTRIDER_REDIS_PASSWORD}}\n');
    const env = {
      OUTRIDER_REDIS_PASSWORD: 'p',
      OUTRIDER_X: '',
      OUTRIDER_PORT: 'tcp://1',
      OUTRIDER_SERVICE_HOST: 'h',
      OUTRIDER_PORT_4318_TCP_ADDR: 'h',
    };
    expect(loadConfig({ file: path, env }).watch[0]?.password?.read()).toBe('p');
    expect(() => loadConfig({ env })).toThrow('OUTRIDER_REDIS_PASSWORD is not known');
  });
});
