import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { loadConfig, startSidecar } from '@outrider/sidecar';
import type { Sidecar, SidecarConfig } from '@outrider/sidecar';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createAuthority } from '../../sidecar/test/http/certificates.ts';
import { askHealth } from '../src/health.ts';
import { outrider } from './command-line.ts';

const TOKEN = 'a-token-of-this-test';

let folder: string;
let running: Sidecar | undefined;
let port: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-health-'));
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  ({ port } = free.address() as AddressInfo);
  free.close();
  await once(free, 'close');
});

afterEach(async () => {
  await running?.close();
  running = undefined;
  rmSync(folder, { recursive: true });
});

function configure(web?: object, env: Readonly<Record<string, string>> = {}, host = '127.0.0.1'): SidecarConfig {
  const file = join(folder, 'web.yml');
  if (web !== undefined) writeFileSync(file, JSON.stringify(web));
  return loadConfig({
    env,
    flags: {
      'otlp-listen': '127.0.0.1:0',
      'otlp-socket': 'false',
      'metrics-listen': `${host}:${port}`,
      ...(web === undefined ? {} : { 'web-config-file': file }),
    },
  });
}

async function untilWell(config: SidecarConfig): Promise<string> {
  running = await startSidecar(config);
  return vi.waitFor(async () => {
    const { ok, reason } = await askHealth(config);
    if (!ok) throw new Error(reason);
    return reason;
  }, 10_000);
}

it('says that nobody is there, and then that all is ready', async () => {
  expect(await askHealth(configure())).toEqual({ ok: false, reason: `ECONNREFUSED at 127.0.0.1:${port}` });
  expect(await untilWell(configure())).toBe('ready');
});

it('shows the token, also where it listens on all addresses', async () => {
  expect(await untilWell(configure(undefined, { OUTRIDER_TOKEN: TOKEN }, '0.0.0.0'))).toBe('ready');
  expect(await askHealth(configure(undefined, { OUTRIDER_TOKEN: `${TOKEN}-another` }))).toEqual({
    ok: false,
    reason: 'the token is not that of the sidecar that answers',
  });
});

it('trusts its own certificate and no other, whatever the names in it', async () => {
  const authority = createAuthority(folder);
  const [own, other] = ['own', 'other'].map((name) => authority.issue(name, 'DNS:elsewhere.example'));
  const tls = { cert_file: own?.certFile, key_file: own?.keyFile };
  expect(await untilWell(configure({ tls_server_config: tls }, { OUTRIDER_TOKEN: TOKEN }))).toBe('ready');
  const another = { cert_file: other?.certFile, key_file: other?.keyFile };
  expect(await askHealth(configure({ tls_server_config: another }))).toEqual({
    ok: false,
    reason: 'what answers there has another certificate',
  });
});

it('takes it for alive where it asks for a certificate or a password', async () => {
  const authority = createAuthority(folder);
  const own = authority.issue('own', 'DNS:localhost');
  const tls = {
    cert_file: own.certFile,
    key_file: own.keyFile,
    client_ca_file: authority.certFile,
    client_auth_type: 'RequireAndVerifyClientCert',
  };
  for (const max_version of ['TLS12', 'TLS13']) {
    const config = configure({ tls_server_config: { ...tls, max_version } });
    expect(await askHealth(config)).toMatchObject({ ok: false });
    expect(await untilWell(config)).toMatch(/^alive: it asks for a certificate/);
    await running?.close();
  }
  expect(await untilWell(configure({ basic_auth_users: { a: hashSync('b', 4) } }))).toMatch(
    /^alive: it asks for a password/,
  );
});

it('does not wait for one that hangs', async () => {
  const hung: Server = createServer().listen(port, '127.0.0.1');
  await once(hung, 'listening');
  expect(await askHealth(configure(), 50)).toEqual({ ok: false, reason: 'no answer within 50 ms' });
  hung.close();
});

it('is a flag of the command, with one line and an exit code', async () => {
  const args = ['sidecar', '--health', '--metrics-listen', `127.0.0.1:${port}`, '--otlp-socket', 'false'];
  expect(await outrider(args).ended).toEqual({ code: 1, stdout: '', stderr: `ECONNREFUSED at 127.0.0.1:${port}\n` });
  await untilWell(configure());
  expect(await outrider(args).ended).toEqual({ code: 0, stdout: 'ready\n', stderr: '' });
});
