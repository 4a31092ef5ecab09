import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { SidecarConfig } from '../../src/config.ts';
import { startSidecar } from '../../src/sidecar.ts';
import type { Sidecar } from '../../src/sidecar.ts';
import { createAuthority } from '../http/certificates.ts';

const TOKEN = 'a-token-of-this-test';
const OTHER_TOKEN = 'another-token-of-this-test';

let folder: string;
let sidecar: Sidecar | undefined;
let log: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-reload-'));
  log = [];
});

afterEach(async () => {
  await sidecar?.close();
  sidecar = undefined;
  rmSync(folder, { recursive: true });
});

function configure(settings: object, web?: object): SidecarConfig {
  const webConfigFile = join(folder, 'web.yml');
  if (web !== undefined) writeFileSync(webConfigFile, JSON.stringify(web));
  const file = join(folder, 'outrider.yaml');
  const listen = {
    otlp: { listen: '127.0.0.1:0', socket: false },
    metrics: { listen: '127.0.0.1:0' },
    interval: '10m',
  };
  writeFileSync(file, JSON.stringify({ ...listen, ...(web && { webConfigFile }), ...settings }));
  return loadConfig({ file });
}

async function start(config: SidecarConfig): Promise<Sidecar> {
  sidecar = await startSidecar(config, {
    log: (level, message, fields) => void log.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
  });
  return sidecar;
}

async function status(authorization: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const { status: found } = await fetch(`${sidecar?.addresses.metrics}/healthz`, {
    headers: { authorization, ...headers },
  });
  return found;
}

const basic = (user: string): string => `Basic ${Buffer.from(user).toString('base64')}`;

it('another token, other passwords and origins apply from the next request on, also of a connection that stays', async () => {
  const { reload } = await start(configure({ token: TOKEN }));
  expect([await status(`Bearer ${TOKEN}`), await status(`Bearer ${OTHER_TOKEN}`)]).toEqual([200, 401]);
  const users = { basic_auth_users: { alice: hashSync('wonderland', 4) } };
  const next = configure({ token: OTHER_TOKEN, allowedOrigins: ['https://grafana.example'] }, users);
  await reload(() => next);
  expect([await status(`Bearer ${TOKEN}`), await status(`Bearer ${OTHER_TOKEN}`)]).toEqual([401, 200]);
  expect(await status(basic('alice:wonderland'))).toBe(200);
  expect(await status(basic('alice:wonderland'), { origin: 'https://grafana.example' })).toBe(200);
  const changed = configure({ token: OTHER_TOKEN }, { basic_auth_users: { alice: hashSync('looking-glass', 4) } });
  await reload(() => changed);
  // It was remembered as right.
  expect(await status(basic('alice:wonderland'))).toBe(401);
  expect(await status(basic('alice:looking-glass'))).toBe(200);
  expect(await status(basic('alice:looking-glass'), { origin: 'https://grafana.example' })).toBe(403);
  expect(log.join('\n')).not.toMatch(/wonderland|looking-glass|-of-this-test|\$2b\$/);
});

/** Opens event streams, and tells which of them have ended. */
async function openStreams(token: string, count: number): Promise<() => number> {
  let ended = 0;
  for (let i = 0; i < count; i += 1) {
    const { status: found, body } = await fetch(`${sidecar?.addresses.metrics}/api/v1/stream`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(found).toBe(200);
    void body?.pipeTo(new WritableStream()).finally(() => (ended += 1));
  }
  return () => ended;
}

it('event streams end with the token that they were opened with, whatever the rate limit', async () => {
  const web = { rate_limit: { interval: '10m', burst: 3 } };
  const { reload } = await start(configure({ token: TOKEN }, web));
  const ended = await openStreams(TOKEN, 3);
  await reload(() =>
    configure({ token: TOKEN, allowedHosts: ['outrider.example'] }, { rate_limit: { interval: '9m', burst: 1 } }),
  );
  expect(ended()).toBe(0);
  await reload(() => configure({ token: OTHER_TOKEN }, { rate_limit: { interval: '9m', burst: 1 } }));
  await vi.waitFor(() => expect(ended()).toBe(3), 10_000);
  // Those that were asked again have used nothing up.
  expect(await status(`Bearer ${OTHER_TOKEN}`)).toBe(200);
});

it('event streams end when the token in its file is another one', async () => {
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, TOKEN);
  let now = performance.now();
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  try {
    await start(configure({ tokenFile, interval: '100ms' }));
    const ended = await openStreams(TOKEN, 2);
    writeFileSync(tokenFile, OTHER_TOKEN);
    now += 10_000;
    await vi.waitFor(() => expect(ended()).toBe(2), 10_000);
  } finally {
    clock.mockRestore();
  }
});

it('what cannot be applied changes nothing', async () => {
  const { reload } = await start(configure({ token: TOKEN }));
  const own = createAuthority(folder).issue('own', 'IP:127.0.0.1');
  const tls = { tls_server_config: { cert_file: own.certFile, key_file: own.keyFile } };
  await reload(() => configure({ token: OTHER_TOKEN }, tls));
  expect(log.join('\n')).toMatch(/webConfigFile turns TLS on or off, which takes a restart/);
  await reload(() =>
    configure({ token: OTHER_TOKEN }, { tls_server_config: { cert_file: 'none.pem', key_file: own.keyFile } }),
  );
  expect(log.join('\n')).toMatch(/tls_server_config\.cert_file names \S+none\.pem, which cannot be read/);
  expect([await status(`Bearer ${TOKEN}`), await status(`Bearer ${OTHER_TOKEN}`)]).toEqual([200, 401]);
});

it('TLS is on both listeners, and said of one that anybody may call', async () => {
  const own = createAuthority(folder).issue('own', 'IP:127.0.0.1');
  const tls = { tls_server_config: { cert_file: own.certFile, key_file: own.keyFile } };
  const { addresses } = await start(configure({ metrics: { listen: '0.0.0.0:0' } }, tls));
  expect([addresses.otlp, addresses.metrics].map((at) => new URL(at).protocol)).toEqual(['https:', 'https:']);
  const warned = log.filter((line) => line.startsWith('warn'));
  expect(warned).toEqual([
    'warn anybody may call: there is TLS, but neither token nor password {"at":"metrics.listen"}',
  ]);
});
