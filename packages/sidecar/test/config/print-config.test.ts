import { chmodSync, mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/check-config.ts';
import { printConfig } from '../../src/config/print-config.ts';
import { loadConfig } from '../../src/config.ts';
import type { ConfigSources } from '../../src/config.ts';
import { createAuthority } from '../http/certificates.ts';
import { fullConfig, plantedSecrets, secretSources } from './full-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-print-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('the printed configuration', () => {
  const env = secretSources(folder);

  it('is valid where it came from, says everything and shows no secret', () => {
    const printed = printConfig({ file: file('full.yaml', fullConfig(folder)), env });
    for (const secret of plantedSecrets) expect(printed).not.toContain(secret);
    const again: ConfigSources = { file: file('again.yaml', printed), env };
    expect(checkConfig(again).masked).toBeGreaterThan(5);
    expect(printConfig(again)).toBe(printed);
    // The sidecar itself does not take a mask for a password.
    expect(() => loadConfig(again)).toThrow('<secret>');
  });

  it('shows no key that stands alone in the query of an endpoint, and takes the longest name of a host', () => {
    const host = `${'long.'.repeat(40)}example`;
    const printed = printConfig({
      file: file('query.yaml', `forward: https://${host}/x?${plantedSecrets[0]}&a=1&a=2\n`),
    });
    expect(printed).toContain(`/v1/metrics?%3Csecret%3E=&a=%3Csecret%3E&a=%3Csecret%3E\n`);
    expect(printConfig({ file: file('query-again.yaml', printed) })).toBe(printed);
    expect(() => loadConfig({ file: join(folder, 'query-again.yaml') })).toThrow('<secret>');
  });

  it('of the defaults is the defaults', () => {
    const { access, ...rest } = loadConfig({ file: file('defaults.yaml', printConfig({})) });
    const { access: expected, ...others } = loadConfig();
    expect([rest, access]).toEqual([others, expected]);
  });

  it('says of what is given where it comes from', () => {
    const path = file('some.yaml', 'interval: 5s\nlog: {level: warn}\n');
    const sources = { file: path, env: { OUTRIDER_INSTANCE: 'i' }, flags: { 'limits-series': '7' } };
    expect(checkConfig(sources)).toEqual({
      masked: 0,
      given: [
        { writtenAs: 'log.level', source: path },
        { writtenAs: 'OUTRIDER_INSTANCE', source: 'from the environment' },
        { writtenAs: '--limits-series', source: 'from the command line' },
      ],
    });
  });
});

describe('a check', () => {
  const check = (yaml: string) => checkConfig({ file: file('check.yaml', yaml) });

  it('reads certificates, and sees whether they fit', () => {
    const authority = createAuthority(folder);
    const { certFile, keyFile } = authority.issue('one', 'DNS:one');
    const tls = (fields: string): string => `watch: {url: "redis://h", tls: {${fields}}}\n`;
    expect(check(tls(`caFile: ${authority.certFile}, certFile: ${certFile}, keyFile: ${keyFile}`)).masked).toBe(0);
    expect(() => check(tls(`caFile: ${folder}/none.pem`))).toThrow(
      `watch has an error in entry 1: tls names ${folder}/none.pem, which cannot be read: there is no such file.`,
    );
    expect(() => check(tls(`caFile: ${keyFile}`))).toThrow(`names ${keyFile}, which holds no certificate in PEM`);
    expect(() => check(tls(`certFile: ${certFile}, keyFile: ${authority.keyFile}`))).toThrow('that is not that of');
  });

  it('sees whether a spool can be made, and makes none', () => {
    const spool = (at: string): string => `forward: {endpoint: "http://h", spool: {folder: ${at}}}\n`;
    mkdirSync(join(folder, 'spools'));
    expect(check(spool(`${folder}/spools/a/b`)).masked).toBe(0);
    expect(() => check(spool(`${file('plain', '')}/x`))).toThrow('plain is no folder');
    symlinkSync('/nowhere', join(folder, 'link'));
    expect(() => check(spool(`${folder}/link`))).toThrow('link, which cannot be a spool: it is not a directory');
    mkdirSync(join(folder, 'open'));
    chmodSync(join(folder, 'open'), 0o777);
    expect(() => check(spool(`${folder}/open`))).toThrow('other users may write to it');
    expect(() => check(spool(`${folder}/plain`))).toThrow('plain, which cannot be a spool: it is not a directory');
  });
});
