import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { parseListenAddress } from '../../src/config/listen-address.ts';
import { warnOfOpenAddress } from '../../src/config/public-address.ts';
import { createAuthority } from '../http/certificates.ts';

let folder: string;
let withUsers: string;
let withTls: string;
let withClients: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-public-'));
  const authority = createAuthority(folder);
  const { certFile, keyFile } = authority.issue('server', 'IP:127.0.0.1');
  const tls = { cert_file: certFile, key_file: keyFile };
  const clients = { client_auth_type: 'RequireAndVerifyClientCert', client_ca_file: authority.certFile };
  const file = (name: string, content: object): string => {
    writeFileSync(join(folder, name), JSON.stringify(content));
    return join(folder, name);
  };
  withUsers = file('users.yml', { basic_auth_users: { alice: hashSync('wonderland', 4) } });
  withTls = file('tls.yml', { tls_server_config: tls });
  withClients = file('clients.yml', { tls_server_config: { ...tls, ...clients } });
});

afterAll(() => rmSync(folder, { recursive: true }));

const PUBLIC = ['0.0.0.0:9464', '[::]:9464', '10.0.0.7:9464', '192.168.1.1:0', '[fd00::1]:1', '[::ffff:10.0.0.7]:1'];

describe('an address that others can reach', () => {
  it.each(PUBLIC)('%s is refused where nobody is asked who is calling and nothing is encrypted', (at) => {
    for (const key of ['otlp', 'metrics']) {
      expect(() => loadConfig({ flags: { [`${key}-listen`]: at } })).toThrow(
        `Configuration as a whole: ${key}.listen is ${at}, which others can reach while anybody may call: ` +
          'set token (or tokenFile), set webConfigFile to a file with tls_server_config or basic_auth_users, ' +
          'or listen on 127.0.0.1.',
      );
    }
  });

  it('is taken with a token, passwords or TLS', () => {
    const flags = { 'metrics-listen': '0.0.0.0:9464' };
    const token = { OUTRIDER_TOKEN: 'a-token-of-this-test' };
    expect(loadConfig({ flags, env: token }).metrics.listen).toEqual({ host: '0.0.0.0', port: 9464 });
    for (const file of [withUsers, withTls, withClients]) {
      expect(loadConfig({ flags: { ...flags, 'web-config-file': file } }).access.webConfigFile).toBe(file);
    }
  });

  it('is warned of with TLS alone', () => {
    const warning = (file: string, at: string): string | undefined =>
      warnOfOpenAddress(loadConfig({ flags: { 'web-config-file': file, 'metrics-listen': at } }));
    expect(warning(withTls, '0.0.0.0:9464')).toBe('metrics.listen');
    expect(warning(withTls, '127.0.0.1:9464')).toBeUndefined();
    expect(warning(withUsers, '0.0.0.0:9464')).toBeUndefined();
    expect(warning(withClients, '0.0.0.0:9464')).toBeUndefined();
  });
});

describe('an address of this machine', () => {
  it.each(['127.0.0.1:1', '127.9.9.9:1', '[::1]:1', 'localhost:1'])('%s needs nothing', (at) => {
    expect(loadConfig({ flags: { 'metrics-listen': at } }).metrics.listen.port).toBe(1);
  });
});

it.each([
  ['9464', 'is not an address of the form 127.0.0.1:4318'],
  [':9464', 'names no host: write 127.0.0.1 before the port, or 0.0.0.0 for all addresses'],
  ['outrider.example:9464', 'names a host: only localhost or an IP address can be listened on'],
  ['[fe80::1%eth0]:1', 'is not an address of the form 127.0.0.1:4318'],
  ['127.1:1', 'names a host: only localhost or an IP address can be listened on'],
  ['127.0.0.1:65536', 'is not an address of the form 127.0.0.1:4318'],
])('%s is no address: %s', (text, problem) => {
  expect(() => parseListenAddress(text)).toThrow(problem);
});
