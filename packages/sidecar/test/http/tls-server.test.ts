import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readWebConfig } from '../../src/config/web-config.ts';
import type { ClientAuth, TlsConfig } from '../../src/config/tls-config.ts';
import { namesOf } from '../../src/http/client-certificate.ts';
import { TlsServers } from '../../src/http/tls-server.ts';
import { httpLimits } from '../../src/http/tune-server.ts';
import type { HttpLimits } from '../../src/http/tune-server.ts';
import { listen } from '../../src/listener.ts';
import type { Listener } from '../../src/listener.ts';
import { createAuthority } from './certificates.ts';
import type { Authority, Certificate } from './certificates.ts';

let folder: string;
let authority: Authority;
let stranger: Authority;
let server: Certificate;
let next: Certificate;
let client: Certificate;
let strangersClient: Certificate;
let listener: Listener | undefined;
let log: string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-tls-'));
  for (const name of ['own', 'strange', 'live']) mkdirSync(join(folder, name));
  authority = createAuthority(join(folder, 'own'));
  stranger = createAuthority(join(folder, 'strange'), 'stranger');
  server = authority.issue('server', 'DNS:localhost,IP:127.0.0.1');
  next = authority.issue('next', 'DNS:localhost,IP:127.0.0.1');
  client = authority.issue('client', 'DNS:prometheus.example,URI:spiffe://example/prometheus,IP:10.0.0.1');
  strangersClient = stranger.issue('client', 'DNS:prometheus.example');
});

afterAll(() => rmSync(folder, { recursive: true }));

afterEach(async () => {
  await listener?.close();
  listener = undefined;
});

function configure(
  options: object = {},
  { certFile, keyFile }: Pick<Certificate, 'certFile' | 'keyFile'> = server,
): TlsConfig {
  const path = join(folder, 'web.yml');
  writeFileSync(path, JSON.stringify({ tls_server_config: { cert_file: certFile, key_file: keyFile, ...options } }));
  return readWebConfig(path).tls!;
}

async function serve(config: TlsConfig, lookMs?: number, limits?: Partial<HttpLimits>): Promise<TlsServers> {
  log = [];
  const tls = new TlsServers(config, (level, message) => log.push(`${level} ${message}`), lookMs);
  listener = await listen((_, res) => res.end('in'), {
    at: { host: '127.0.0.1', port: 0 },
    setting: 'metrics.listen',
    tls,
    limits: () => ({ ...httpLimits, ...limits }),
    onLimit: (limit) => log.push(limit),
  });
  return tls;
}

function port(): number {
  return Number(new URL(listener?.where ?? '').port);
}

/** What a client gets: the body, or undefined if the connection ends without an answer. */
async function ask(options: RequestOptions = {}): Promise<string | undefined> {
  const req = request({
    host: '127.0.0.1',
    port: port(),
    ca: authority.cert,
    servername: 'localhost',
    agent: false,
    ...options,
  });
  req.end();
  try {
    const [res] = await once(req, 'response');
    return (await res.toArray()).join('');
  } catch {
    return undefined;
  }
}

async function handshake(options: object = {}): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: port(), ca: authority.cert, servername: 'localhost', ...options });
  await once(socket, 'secureConnect');
  socket.on('error', () => undefined).destroy();
  return socket;
}

describe('TLS', () => {
  it('is spoken, from 1.2 on, and nothing else', async () => {
    await serve(configure());
    expect(listener?.where).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(await ask()).toBe('in');
    expect(await ask({ ca: stranger.cert })).toBeUndefined();
    expect(await ask({ maxVersion: 'TLSv1.2' })).toBe('in');
    expect(await ask({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' })).toBeUndefined();
    await expect(fetch(`http://127.0.0.1:${port()}/`)).rejects.toThrow('fetch failed');
  });

  it('is spoken as the file says', async () => {
    await serve(configure({ max_version: 'TLS12', cipher_suites: ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'] }));
    const socket = connect({ host: '127.0.0.1', port: port(), ca: authority.cert, servername: 'localhost' });
    await once(socket, 'secureConnect');
    expect([socket.getProtocol(), socket.getCipher().name]).toEqual(['TLSv1.2', 'ECDHE-ECDSA-AES256-GCM-SHA384']);
    socket.destroy();
    expect(await ask({ minVersion: 'TLSv1.3' })).toBeUndefined();
    await listener?.close();
    await serve(configure({ min_version: 'TLS13', curve_preferences: ['CurveP384'] }));
    expect(await ask({ ecdhCurve: 'P-384' })).toBe('in');
    expect(await ask({ ecdhCurve: 'X25519' })).toBeUndefined();
    expect(await ask({ maxVersion: 'TLSv1.2' })).toBeUndefined();
  });
});

describe('a connection without a handshake', () => {
  /** Writes bytes one after the other, and waits for the end of the connection. */
  async function drip(bytes: Buffer): Promise<Buffer> {
    const socket = connectPlain(port(), '127.0.0.1');
    let written = 0;
    const timer = setInterval(() => socket.write(bytes.subarray(written, ++written)), 20);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
    await once(socket, 'close');
    clearInterval(timer);
    return Buffer.concat(chunks);
  }

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a byte at a time', Buffer.concat([Buffer.from('16030107d0010007cc0303', 'hex'), Buffer.alloc(2_000)])],
  ])('is ended in time, and counted: %s', async (_, bytes) => {
    await serve(configure(), undefined, { headerTime: 200 });
    expect((await drip(bytes)).length).toBe(0);
    expect(log).toEqual(['headerTime']);
  });

  it('leaves those alone that have had theirs', async () => {
    await serve(configure(), undefined, { headerTime: 200 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await ask({ agent })).toBe('in');
    const [socket] = Object.values(agent.freeSockets).flat();
    // Longer than the handshake of another may take.
    await drip(Buffer.alloc(0));
    expect(await ask({ agent })).toBe('in');
    expect(Object.values(agent.freeSockets).flat()).toEqual([socket]);
    agent.destroy();
  });
});

describe('certificates of clients', () => {
  const own = (): RequestOptions => ({ cert: client.cert, key: client.key });
  const strange = (): RequestOptions => ({ cert: strangersClient.cert, key: strangersClient.key });
  const none = (): RequestOptions => ({});

  it.each<[ClientAuth, boolean, boolean, boolean]>([
    ['NoClientCert', true, true, true],
    ['RequestClientCert', true, true, true],
    ['RequireAnyClientCert', true, true, false],
    ['VerifyClientCertIfGiven', true, false, true],
    ['RequireAndVerifyClientCert', true, false, false],
  ])('%s lets one of ours in: %s, a strange one: %s, none: %s', async (clientAuth, ours, strangers, nobody) => {
    const ca = clientAuth === 'NoClientCert' ? {} : { client_ca_file: authority.certFile };
    await serve(configure({ client_auth_type: clientAuth, ...ca }));
    const answers = [await ask(own()), await ask(strange()), await ask(none())];
    expect(answers.map((answer) => answer === 'in')).toEqual([ours, strangers, nobody]);
  });

  it.each([
    [['prometheus.example'], true],
    [['spiffe://example/prometheus', 'nobody'], true],
    [['10.0.0.1'], true],
    [['client', 'example', 'PROMETHEUS.example.', '*.example'], false],
  ])('with a name of %j: %s', async (client_allowed_sans, isIn) => {
    const clients = { client_auth_type: 'RequireAndVerifyClientCert', client_ca_file: authority.certFile };
    await serve(configure({ ...clients, client_allowed_sans }));
    expect(await ask(own())).toBe(isIn ? 'in' : undefined);
    expect(await ask(strange())).toBeUndefined();
  });

  it('are asked for from a reload on', async () => {
    const tls = await serve(configure());
    expect(await ask()).toBe('in');
    tls.prepare(configure({ client_auth_type: 'RequireAndVerifyClientCert', client_ca_file: authority.certFile }))();
    expect(await ask()).toBeUndefined();
    expect(await ask(own())).toBe('in');
    tls.prepare(configure())();
    expect(await ask()).toBe('in');
  });

  it('end connections of before where others are let in from a reload on, and no others', async () => {
    const rules = { client_auth_type: 'RequireAndVerifyClientCert' };
    const tls = await serve(configure({ ...rules, client_ca_file: stranger.certFile }));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await ask({ ...strange(), agent })).toBe('in');
    // A handshake that began before.
    const late = connectPlain(port(), '127.0.0.1').on('error', () => undefined);
    await once(late, 'connect');
    tls.prepare(configure({ ...rules, client_ca_file: stranger.certFile }, next))();
    expect(await ask({ ...strange(), agent })).toBe('in');
    const ended = once(late, 'close');
    tls.prepare(configure({ ...rules, client_ca_file: authority.certFile }, next))();
    expect(await ask({ ...strange(), agent })).toBeUndefined();
    await ended;
    expect(await ask(own())).toBe('in');
    agent.destroy();
  });

  it.each([
    [
      'DNS:a.example, IP Address:10.0.0.1, URI:spiffe://a/b, email:a@b.c',
      ['a.example', '10.0.0.1', 'spiffe://a/b', 'a@b.c'],
    ],
    ['DNS:"good.example, DNS:evil.example", DNS:x', ['good.example, DNS:evil.example', 'x']],
    ['othername:<unsupported>, DNS:x', ['x']],
    ['DNS:a"b', []],
    ['', []],
  ])('%j has the names %j', (text, names) => {
    expect(namesOf(text)).toEqual(names);
  });
});

describe('an exchange of certificates', () => {
  const live = (): Pick<Certificate, 'certFile' | 'keyFile'> => ({
    certFile: join(folder, 'live', 'tls.pem'),
    keyFile: join(folder, 'live', 'tls.key'),
  });

  function install({ certFile, keyFile }: Certificate): void {
    cpSync(certFile, live().certFile);
    cpSync(keyFile, live().keyFile);
  }

  async function subject(): Promise<string | undefined> {
    const socket = connect({ host: '127.0.0.1', port: port(), ca: authority.cert, servername: 'localhost' });
    await once(socket, 'secureConnect');
    const { CN } = socket.getPeerCertificate().subject;
    socket.destroy();
    return String(CN);
  }

  it('is noticed without a restart; what is broken changes nothing and is said once', async () => {
    install(server);
    await serve(configure({}, live()), 20);
    expect(await subject()).toBe('server');
    install(next);
    await vi.waitFor(async () => expect(await subject()).toBe('next'), 10_000);
    expect(log).toContain('info certificates were exchanged');
    log.length = 0;
    writeFileSync(live().certFile, 'half a certif');
    await vi.waitFor(() => expect(log).toEqual(['error new certificates cannot be used, the old ones stay']), 10_000);
    expect(await subject()).toBe('next');
    install(server);
    await vi.waitFor(async () => expect(await subject()).toBe('server'), 10_000);
    expect(log.filter((line) => line.startsWith('error'))).toHaveLength(1);
  });

  it('is noticed if it comes between a reload’s reading and its end', async () => {
    install(server);
    const tls = await serve(configure({}, live()), 20);
    const apply = tls.prepare(configure({}, live()));
    install(next);
    await vi.waitFor(async () => expect(await subject()).toBe('next'), 10_000);
    apply();
    await vi.waitFor(async () => expect(await subject()).toBe('next'), 10_000);
  });

  it('refuses one that cannot be used at a reload, and nothing has changed', async () => {
    install(server);
    const tls = await serve(configure({}, live()));
    const config = configure({}, live());
    writeFileSync(live().keyFile, next.key);
    expect(() => tls.prepare(config)).toThrow(
      'tls_server_config.key_file is not the key of tls_server_config.cert_file',
    );
    expect(await subject()).toBe('server');
    await handshake();
  });
});
