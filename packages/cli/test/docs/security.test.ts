import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@outrider/sidecar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outlets } from '../../../sidecar/src/outlets/registry.ts';
import { createAuthority } from '../../../sidecar/test/http/certificates.ts';

const page = readFileSync(new URL('../../../../docs/guide/security.md', import.meta.url), 'utf8');

/** The blocks of a language of which the first line has this text. */
function blocks(first: string): readonly string[] {
  const all = [...page.matchAll(/^```yaml\n(# .*\n[^]*?)^```$/gm)].map(([, text = '']) => text);
  return all.filter((text) => text.split('\n', 1)[0]?.includes(first));
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-docs-'));
  const authority = createAuthority(folder);
  const { certFile, keyFile } = authority.issue('server', 'DNS:outrider.example');
  renameSync(certFile, join(folder, 'tls.crt'));
  renameSync(keyFile, join(folder, 'tls.key'));
  writeFileSync(join(folder, 'clients-ca.crt'), authority.cert);
  writeFileSync(join(folder, 'token'), 'a-token-of-this-test');
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('docs/guide/security.md', () => {
  it('shows scrape configurations that promtool accepts', () => {
    const configs = blocks('prometheus.yml');
    expect(configs).toHaveLength(4);
    for (const config of configs) {
      const path = join(folder, 'prometheus.yml');
      writeFileSync(path, config);
      execFileSync('promtool', ['check', 'config', '--syntax-only', path], { stdio: 'pipe' });
    }
  });

  it('shows web configuration files that the sidecar accepts, on an address that others can reach', () => {
    const configs = blocks('web.yml');
    expect(configs).toHaveLength(3);
    for (const config of configs) {
      const path = join(folder, 'web.yml');
      writeFileSync(path, config);
      const { access } = loadConfig({ flags: { 'metrics-listen': '0.0.0.0:9464', 'web-config-file': path } });
      expect(access.web?.tls !== undefined || Object.keys(access.web?.users ?? {}).length > 0).toBe(true);
    }
  });

  it('shows a configuration that the sidecar accepts', () => {
    const [config = '', ...others] = blocks('outrider.yaml');
    expect(others).toEqual([]);
    const path = join(folder, 'outrider.yaml');
    writeFileSync(path, config.replace('/etc/outrider/token', join(folder, 'token')));
    expect(loadConfig({ file: path }).access.token?.read()).toBe('a-token-of-this-test');
  });

  it('lists every path', () => {
    for (const path of Object.keys(outlets)) expect(page).toContain(`\`${path}\``);
  });
});
