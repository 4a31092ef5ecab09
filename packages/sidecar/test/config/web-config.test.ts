import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { readWebConfig } from '../../src/config/web-config.ts';
import { createAuthority } from '../http/certificates.ts';
import type { Authority, Certificate } from '../http/certificates.ts';

let folder: string;
let authority: Authority;
let server: Certificate;
let other: Certificate;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-web-'));
  mkdirSync(join(folder, 'tls'));
  authority = createAuthority(join(folder, 'tls'));
  server = authority.issue('server', 'DNS:localhost,IP:127.0.0.1');
  other = authority.issue('other', 'DNS:localhost');
  writeFileSync(join(folder, 'broken.pem'), 'PLANTED-SECRET');
});

afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string): string {
  const path = join(folder, 'web.yml');
  writeFileSync(path, content);
  return path;
}

const FILES = 'cert_file: tls/server.pem, key_file: tls/server.key';
const HASH = hashSync('wonderland', 4);

describe('a web configuration file', () => {
  it('of the exporter-toolkit is taken as it is', () => {
    // https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md, with all there is.
    const config = readWebConfig(
      file(`
tls_server_config:
  cert_file: tls/server.pem
  key_file: tls/server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: tls/authority.pem
  client_allowed_sans: [prometheus.example, 10.0.0.1]
  min_version: TLS12
  max_version: TLS13
  cipher_suites:
    - TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    - TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
  prefer_server_cipher_suites: false
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: true
  headers:
    Content-Security-Policy: default-src 'self'
    X-Frame-Options: deny
    X-Content-Type-Options: nosniff
    X-XSS-Protection:
    Strict-Transport-Security: max-age=31536000
basic_auth_users:
  alice: $2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG
  __proto__: ${HASH}
rate_limit:
  interval: 1s
  burst: 5
`),
    );
    expect(config.tls).toMatchObject({
      clientAuth: 'RequireAndVerifyClientCert',
      allowedSans: ['prometheus.example', '10.0.0.1'],
      options: {
        minVersion: 'TLSv1.2',
        maxVersion: 'TLSv1.3',
        honorCipherOrder: false,
        ciphers:
          'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:' +
          'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305',
        ecdhCurve: 'X25519:P-256',
      },
    });
    expect(config.headers).toEqual({
      'Content-Security-Policy': "default-src 'self'",
      'X-Frame-Options': 'deny',
      'X-Content-Type-Options': 'nosniff',
      'X-XSS-Protection': '',
      'Strict-Transport-Security': 'max-age=31536000',
    });
    expect(Object.keys(config.users)).toEqual(['alice', '__proto__']);
    expect(config.rateLimit).toEqual({ intervalMs: 1000, burst: 5 });
    expect(JSON.stringify(config)).not.toContain(HASH);
    expect(JSON.stringify(config)).not.toContain('PRIVATE KEY');
  });

  it('may be empty, hold its certificate itself, and turn the rate limit off', () => {
    expect(readWebConfig(file(''))).toEqual({ tls: undefined, headers: {}, users: {}, rateLimit: undefined });
    expect(readWebConfig(file('rate_limit: {interval: 0s, burst: 3}\nbasic_auth_users:')).rateLimit).toBeUndefined();
    const { cert, key } = server;
    expect(readWebConfig(file(JSON.stringify({ tls_server_config: { cert, key } }))).tls?.cert.path).toBeUndefined();
  });

  it.each([
    ['0', undefined],
    ['0ms', undefined],
    ['10ms', 10],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['500us', 0.5],
  ])('may have a rate limit with an interval of %s, as Go writes it', (interval, intervalMs) => {
    expect(readWebConfig(file(`rate_limit: {interval: ${interval}}`)).rateLimit?.intervalMs).toBe(intervalMs);
  });

  it('is read, with its certificates, when the configuration is', () => {
    const flags = { 'web-config-file': file('basic_auth_user: {}') };
    expect(() => loadConfig({ flags })).toThrow(
      `Configuration ${join(folder, 'web.yml')}: basic_auth_user is not known; the nearest key is basic_auth_users.`,
    );
  });
});

describe('what is wrong is refused by its key', () => {
  const suites = 'TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384';
  it.each([
    ['- a list', /it holds no mapping/],
    ['tls_server_config: yes', /: tls_server_config must be a mapping/],
    ['tls_server_config: {}', /: tls_server_config\.cert_file is missing/],
    ['tls_server_config: {cert_file: tls/server.pem}', /: tls_server_config\.key_file is missing/],
    ['tls_server_config: {cert_file: 5}', /: tls_server_config\.cert_file must be text/],
    ['tls_server_config: {cert_fil: x}', /: tls_server_config\.cert_fil is not known; the nearest key is cert_file/],
    ['tls_server_config: {cert_file: none.pem, key_file: tls/server.key}', /tls_server_config\.cert_file names \S+none\.pem, which cannot be read: there is no such file/],
    ['tls_server_config: {cert_file: broken.pem, key_file: tls/server.key}', /tls_server_config\.cert_file holds no certificate in PEM/],
    ['tls_server_config: {cert_file: tls/server.pem, key_file: broken.pem}', /tls_server_config\.key_file holds no private key without a passphrase in PEM/],
    ['tls_server_config: {cert_file: tls/server.pem, key_file: tls/other.key}', /tls_server_config\.key_file is not the key of tls_server_config\.cert_file/],
    ['tls_server_config: {cert: x, cert_file: x, key_file: x}', /tls_server_config\.cert is given beside cert_file/],
    [`tls_server_config: {${FILES}, client_auth_type: Require}`, /client_auth_type must be one of NoClientCert, RequestClientCert, RequireAnyClientCert/],
    [`tls_server_config: {${FILES}, client_auth_type: RequireAndVerifyClientCert}`, /client_ca_file is missing: RequireAndVerifyClientCert needs it/],
    [`tls_server_config: {${FILES}, client_auth_type: VerifyClientCertIfGiven}`, /client_ca_file is missing/],
    [`tls_server_config: {${FILES}, client_ca_file: tls/authority.pem}`, /client_auth_type is missing/],
    [`tls_server_config: {${FILES}, client_ca_file: broken.pem, client_auth_type: RequireAndVerifyClientCert}`, /client_ca_file holds no certificate/],
    [`tls_server_config: {${FILES}, client_allowed_sans: [a]}`, /client_allowed_sans needs client_auth_type/],
    [`tls_server_config: {${FILES}, client_allowed_sans: a}`, /client_allowed_sans must be a list of text/],
    [`tls_server_config: {${FILES}, min_version: TLS10}`, /min_version must be one of TLS12, TLS13/],
    [`tls_server_config: {${FILES}, min_version: TLS13, max_version: TLS12}`, /min_version is TLS13, above max_version TLS12/],
    [`tls_server_config: {${FILES}, cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]}`, new RegExp(`cipher_suites must be one of ${suites}`)],
    [`tls_server_config: {${FILES}, curve_preferences: [P-256]}`, /curve_preferences must be one of CurveP256/],
    [`tls_server_config: {${FILES}, prefer_server_cipher_suites: 1}`, /prefer_server_cipher_suites must be true or false/],
    ['http_server_config: {http2: 2}', /: http_server_config\.http2 must be true or false/],
    ['http_server_config: {headers: {X-Frame-Option: deny}}', /headers\.X-Frame-Option is not known; the nearest key is X-Frame-Options/],
    ['http_server_config: {headers: {X-Frame-Options: allow}}', /X-Frame-Options must be one of deny, sameorigin/],
    ['http_server_config: {headers: {Content-Security-Policy: "a\\nb"}}', /Content-Security-Policy must be one line of ASCII/],
    ['basic_auth_users: [alice]', /: basic_auth_users must be a mapping/],
    ['basic_auth_users: {alice: PLANTED-SECRET}', /: basic_auth_users\.alice must be a bcrypt hash/],
    ['basic_auth_users: {alice: 5}', /: basic_auth_users\.alice must be text/],
    ['basic_auth_users: {"a:b": PLANTED-SECRET}', /: basic_auth_users\.a name must have/],
    [`basic_auth_users: {"$2b$PLANTED-SECRET": alice}`, /: basic_auth_users\.a name must have/],
    ['rate_limit: {interval: soon}', /: rate_limit\.interval must be a duration/],
    ['rate_limit: {interval: -1s}', /: rate_limit\.interval must be a duration, such as 100ms or 1m30s/],
    ['rate_limit: {interval: 5}', /: rate_limit\.interval must be a duration/],
    ['rate_limit: {interval: 1s, burst: -1}', /: rate_limit\.burst must be a whole number/],
  ])('%s', (content, message) => {
    const read = (): unknown => readWebConfig(file(content));
    expect(read).toThrow(message);
    expect(read).not.toThrow(/PLANTED-SECRET|PRIVATE|\n/);
    expect(read).toThrow(expect.objectContaining({ code: expect.stringMatching(/^OUTRIDER_CONFIG/) as string }));
  }); // prettier-ignore

  it('a file that is not there', () => {
    expect(() => readWebConfig(join(folder, 'none.yml'))).toThrow(/none\.yml cannot be read: there is no such file/);
    expect(other.certFile).toBeTruthy();
  });
});
