import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { ConfigSources } from '../../src/config.ts';
import type { ForwardBackend } from '../../src/config/forward-backends.ts';
import { headersToSend } from '../../src/forward/sender-secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-config-'));
const file = join(folder, 'outrider.yaml');

afterAll(() => rmSync(folder, { recursive: true }));

function yaml(text: string): ConfigSources {
  writeFileSync(file, text);
  return { file };
}

function forward(sources: ConfigSources): readonly ForwardBackend[] {
  return loadConfig(sources).forward;
}

/** The message of the error, and all that an inspector would show of it. */
function failure(sources: ConfigSources): { readonly message: string; readonly shown: string } {
  try {
    loadConfig(sources);
  } catch (error) {
    return { message: (error as Error).message, shown: inspect(error, { depth: 9 }) };
  }
  throw new Error('it was accepted');
}

const DEFAULTS = { headers: {}, gzip: true, timeoutMs: 10_000, queueBytes: 16_777_216 };

describe('what is forwarded to', () => {
  it('is nobody by default, or where a flag says none', () => {
    expect(forward({})).toEqual([]);
    expect(forward(yaml('forward:\n'))).toEqual([]);
    expect(forward(yaml('forward: []\n'))).toEqual([]);
    const sources = yaml('forward: http://a:1\n');
    expect(forward(sources)).toHaveLength(1);
    expect(forward({ ...sources, flags: { forward: 'none' } })).toEqual([]);
  });

  it('is one endpoint or several, from the environment or a flag', () => {
    const several = 'http://127.0.0.1:4319, https://otlp.example/otlp/';
    const backends = [
      { name: '127.0.0.1:4319', url: 'http://127.0.0.1:4319/v1/metrics', ...DEFAULTS },
      { name: 'otlp.example:443', url: 'https://otlp.example/otlp/v1/metrics', ...DEFAULTS },
    ];
    expect(forward({ env: { OUTRIDER_FORWARD_ENDPOINT: several } })).toEqual(backends);
    expect(forward({ flags: { forward: several } })).toEqual(backends);
  });

  it('is a mapping, or a list of mappings and endpoints', () => {
    const mapping = `
  endpoint: http://localhost:80/x
  name: mimir
  headers:
    X-Scope-OrgID: tenant
  compression: none
  timeout: 2s
  queueBytes: 1000
  spool:
    folder: /var/lib/outrider
    bytes: 5000
`;
    const mimir = {
      name: 'mimir',
      url: 'http://localhost/x/v1/metrics',
      headers: { 'x-scope-orgid': 'tenant' },
      gzip: false,
      timeoutMs: 2_000,
      queueBytes: 1_000,
      spool: { folder: '/var/lib/outrider', bytes: 5_000 },
    };
    const seen = (backend: ForwardBackend | undefined) => ({ ...backend, headers: backend && headersToSend(backend) });
    expect(forward(yaml(`forward:${mapping}`)).map(seen)).toEqual([mimir]);
    const list = `forward:\n  -${mapping.slice(2).replace('\n  name', '\n    name')}  - http://b:1\n`;
    const reindented = list
      .replace(/^ {2}(headers|compression|timeout|queueBytes|spool):/gm, '    $1:')
      .replace(/^ {4}(X-Scope-OrgID|folder|bytes):/gm, '      $1:');
    expect(forward(yaml(reindented)).map(({ name }) => name)).toEqual(['mimir', 'b:1']);
    expect(seen(forward(yaml(reindented))[0])).toEqual(mimir);
  });

  it.each([
    ['http://h', 'http://h/v1/metrics', 'h:80'],
    ['http://h/v1/metrics', 'http://h/v1/metrics', 'h:80'],
    ['http://h:4318//', 'http://h:4318/v1/metrics', 'h:4318'],
    ['http://[::1]:1/a/b?tenant=x#y', 'http://[::1]:1/a/b/v1/metrics?tenant=x', '[::1]:1'],
  ])('has a URL and a name: %s', (endpoint, url, name) => {
    expect(forward({ flags: { forward: endpoint } })).toMatchObject([{ url, name }]);
  });

  it.each([
    ['https://me:p%40ss@h', 'me:p@ss'],
    ['{endpoint: "https://h", user: me, password: "p@ss"}', 'me:p@ss'],
    ['{endpoint: "https://h", user: {env: BACKEND_USER}, password: {env: BACKEND_PASSWORD}}', 'you:from env'],
    ['https://me@h', 'me:'],
  ])('has credentials in a header, not in the URL: %s', (endpoint, credentials) => {
    const env = { BACKEND_USER: 'you', BACKEND_PASSWORD: 'from env' };
    const [backend] = forward({ ...yaml(`forward: ${endpoint}\n`), env });
    expect(backend?.url).toBe('https://h/v1/metrics');
    const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
    expect(backend && headersToSend(backend)).toEqual({ authorization });
  });

  it('is shown the secret that is in the file when it is sent to', () => {
    const key = join(folder, 'key');
    writeFileSync(key, 'first\n');
    const [backend] = forward(yaml(`forward: {endpoint: http://h, headers: {X-Key: {file: ${key}}}}\n`));
    writeFileSync(key, 'second');
    expect(backend && headersToSend(backend)).toEqual({ 'x-key': 'second' });
    writeFileSync(key, 'not\na header');
    expect(() => backend && headersToSend(backend)).toThrow('holds a character that no header can have');
    rmSync(key);
    expect(() => backend && headersToSend(backend)).toThrow(
      `names ${key}, which cannot be read: there is no such file`,
    );
  });

  it('is encrypted as it was said', () => {
    const [backend] = forward(
      yaml('forward: {endpoint: https://h, tls: {certFile: /c, keyFile: /k, caFile: /a, serverName: x.y}}\n'),
    );
    expect(backend?.tls).toEqual({ certFile: '/c', keyFile: '/k', caFile: '/a', serverName: 'x.y', verify: true });
  });
});

describe('an error in it', () => {
  const endpoint = 'endpoint: http://h:1';
  it.each([
    ['forward: 7', 'forward has an error in entry 1: it must be an endpoint or a mapping'],
    ['forward: ""', 'entry 1: endpoint must be a URL that begins with http:// or https://'],
    ['forward: [http://h, ftp://h]', 'entry 2: endpoint must be a URL'],
    ['forward: {name: x}', 'entry 1: endpoint is missing'],
    ['forward: {endpoint: 7}', 'endpoint must be a URL'],
    ['forward: {endpont: x}', 'entry 1: endpont is not known; the nearest key is endpoint'],
    [`forward: {${endpoint}, timeout: 5}`, 'timeout is 5, which must be a duration from 100ms to 10m'],
    [`forward: {${endpoint}, compression: zstd}`, 'compression must be one of gzip, none'],
    [`forward: {${endpoint}, queueBytes: 0}`, 'queueBytes is 0, which must be a whole number of at least 1'],
    [`forward: {${endpoint}, name: "a b"}`, 'name must have 1 to 261 letters'],
    [`forward: {${endpoint}, spool: /x}`, 'spool must be a mapping with folder and bytes'],
    [`forward: {${endpoint}, spool: {bytes: 1}}`, 'spool.folder is missing'],
    [`forward: {${endpoint}, spool: {folder: x}}`, 'spool.folder must be an absolute path'],
    [
      `forward: {${endpoint}, spool: {folder: /x, size: 1}}`,
      'spool has a key that is not known (not shown, it could be a secret); the keys there are folder, bytes',
    ],
    [`forward: {${endpoint}, spool: {folder: /x, bytes: many}}`, 'spool.bytes must be a whole number'],
    [`forward: {${endpoint}, headers: x}`, 'headers must be a mapping'],
    [`forward: {${endpoint}, headers: {Host: x}}`, 'headers has host, which the sidecar sets itself'],
    [`forward: {${endpoint}, headers: {a: x, A: y}}`, 'headers has the name of header 2 twice'],
    [`forward: {${endpoint}, headers: {"a b": x}}`, 'headers has a name that no header can have'],
    ['forward: [http://h/a, http://h/b]', 'has two entries with the name "h:80": give each a name of its own'],
    [
      'forward: [{endpoint: "http://a", spool: {folder: /x}}, {endpoint: "http://b", spool: {folder: /x}}]',
      'has two entries with the spool folder "/x"',
    ],
    [
      'forward: [{endpoint: "http://a", spool: {folder: /x/y}}, {endpoint: "http://b", spool: {folder: /x/./y/}}]',
      'has two entries with the spool folder "/x/y"',
    ],
    ['forward: http://h:0', 'entry 1: endpoint names port 0'],
    ['{otlp: {listen: "127.0.0.1:80"}, forward: "http://localhost"}', 'forward names 127.0.0.1:80, where'],
    ['{otlp: {listen: "[::1]:4318"}, forward: "http://localhost:4318"}', 'forward names [::1]:4318, where'],
    ['{otlp: {listen: "[::]:1"}, token: sixteen-characters, forward: "http://[::1]:1"}', 'forward names [::]:1, where'],
    [
      '{otlp: {listen: "0.0.0.0:1"}, token: sixteen-characters, forward: "http://127.9.9.9:1"}',
      'names 0.0.0.0:1, where',
    ],
    ['forward: http://127.0.0.1:4318', 'forward names 127.0.0.1:4318, where this sidecar itself listens'],
    ['forward: http://0.0.0.0:4318', 'forward names 127.0.0.1:4318, where this sidecar itself listens'],
    ['forward: {"http://a:hunter2@h": }', 'entry 1: it has a key that is not known (not shown'],
    [`forward: {${endpoint}, tls: {verify: false}}`, 'tls needs an endpoint that begins with https://'],
    ['forward: {endpoint: "https://h", tls: {certFile: /x}}', 'tls must have both certFile and keyFile, or neither'],
    ['forward: {endpoint: "https://h", tls: {cerFile: /x}}', 'tls.cerFile is not known; the nearest key is certFile'],
    ['forward: {endpoint: "https://h", proxy: "http://x"}', 'it has a key that is not known'],
    ['forward: {endpoint: "https://h", password: x}', 'password needs user beside it'],
    ['forward: {endpoint: "https://a:b@h", user: x}', 'endpoint has credentials, and there are user or password too'],
    [
      'forward: {endpoint: "https://a:b@h", headers: {Authorization: x}}',
      'headers has authorization, and there are user',
    ],
    [
      'forward: {endpoint: "https://h", headers: {x: {file: y}}}',
      'headers has header 1, whose file must be an absolute',
    ],
    [
      'forward: {endpoint: "https://h", headers: {x: {env: Y}}}',
      'header 1, whose env names a variable that is not set',
    ],
    [
      'forward: {endpoint: "https://h", headers: {x: 7}}',
      'headers has header 1, which must be text: write it in quotes',
    ],
    ['forward: http://h,http://', 'entry 2: endpoint must be a URL'],
    ['forward: ["http://h,http://b"]', 'entry 1: endpoint must be a URL'],
    ['forward: http://localhost:4318/x', 'forward names 127.0.0.1:4318, where this sidecar itself listens'],
  ])('is named: %s', (text, part) => {
    expect(failure(yaml(text)).message).toContain(part);
  });

  it('names the variable', () => {
    expect(failure({ env: { OUTRIDER_FORWARD_ENDPOINT: 'h:1' } }).message).toContain(
      'from the environment: OUTRIDER_FORWARD_ENDPOINT has an error in entry 1: endpoint must be',
    );
  });

  it.each([
    'forward: http://me:1/hunter2@h',
    'forward: http://me:1?hunter2@h',
    'forward: "http://me:1#hunter2@h"',
    'forward: {endpoint: http://h, hunter2: 7}',
    'forward: {endpoint: http://h, timeout: hunter2}',
    'forward: {endpoint: http://h, name: hunter2 or so}',
    'forward: {endpoint: http://h, compression: hunter2}',
    'forward: {endpoint: http://h, headers: {hunter2: [x]}}',
    'forward: {endpoint: http://h, headers: {x: {hunter2: x}}}',
    'forward: {endpoint: http://h, headers: {x: {env: hunter2}}}',
    'forward: {endpoint: http://h, headers: {x: {file: hunter2}}}',
    'forward: {endpoint: http://h, tls: {hunter2: 7}}',
    'forward: ht!tp://me:hunter2@h',
    'forward: http://me:hunter2@h:99999',
    'forward: "http://me:%hunter2@h"',
    'forward: [http://me:hunter2@h, http://you:hunter2@h]',
    'forward: http://me:hunter2@127.0.0.1:4318',
    'forward: {endpoint: [http://me:hunter2@h]}',
    'forward: {endpoint: http://h, headers: {x-key: "hunter2\\n"}}',
    'forward: {endpoint: http://h, headers: {x-key: [hunter2]}}',
    'forward: {endpoint: http://h, headers: {x-key: hunter2, host: hunter2}}',
    'forward: {endpoint: http://h, headers: hunter2}',
  ])('shows no secret: %s', (text) => {
    expect(failure(yaml(text)).shown).not.toContain('hunter2');
  });
});
