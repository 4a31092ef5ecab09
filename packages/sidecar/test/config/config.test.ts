import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutriderError } from '@outrider/core';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { ConfigSources } from '../../src/config.ts';
import { flagOf, settingKeys } from '../../src/config/settings.ts';
import { defaultSocketPath } from '@outrider/core/socket-path';

const folder = mkdtempSync(join(tmpdir(), 'outrider-config-'));
const file = join(folder, 'outrider.yaml');

afterAll(() => rmSync(folder, { recursive: true }));

function yaml(text: string): ConfigSources {
  writeFileSync(file, text);
  return { file };
}

function failure(sources: ConfigSources): OutriderError {
  try {
    loadConfig(sources);
  } catch (error) {
    if (error instanceof OutriderError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a configuration', () => {
  it('has defaults for everything', () => {
    const { limits, ...rest } = loadConfig();
    expect(rest).toEqual({
      otlp: { listen: { host: '127.0.0.1', port: 4318 }, socket: defaultSocketPath(), scopeLabels: false },
      metrics: { listen: { host: '127.0.0.1', port: 9464 } },
      intervalMs: 5000,
      instance: hostname(),
      forward: [],
      watch: [],
      access: { token: undefined, webConfigFile: undefined, web: undefined, allowedHosts: [], allowedOrigins: [] },
      log: { format: 'text', level: 'info', linesPerMinute: 300 },
      procRoot: '/proc',
      sysRoot: '/sys',
    });
    expect(limits).toMatchObject({ bodyBytes: 4_194_304, headerTime: 5_000, series: 10_000 });
    for (const [name, limit] of Object.entries(limits)) expect(limit, name).toBeGreaterThan(0);
  });

  it('comes from a file', () => {
    const sources = yaml(`
otlp:
  listen: "[::1]:0"
  socket: false
  scopeLabels: true
metrics:
  listen: localhost:9000
interval: 250ms
instance: web-1
procRoot: /host/proc
sysRoot: /host/sys
limits:
  bodyBytes: 1
  decodedBytes: 2
  pointsPerRequest: 3
  series: 4
`);
    expect(loadConfig(sources)).toMatchObject({
      otlp: { listen: { host: '::1', port: 0 }, socket: false, scopeLabels: true },
      metrics: { listen: { host: '127.0.0.1', port: 9000 } },
      intervalMs: 250,
      instance: 'web-1',
      forward: [],
      procRoot: '/host/proc',
      sysRoot: '/host/sys',
      limits: { bodyBytes: 1, decodedBytes: 2, pointsPerRequest: 3, series: 4 },
    });
  });

  it('may be empty, or have empty sections', () => {
    expect(loadConfig(yaml(''))).toEqual(loadConfig());
    expect(loadConfig(yaml('# nothing\notlp:\n  # listen: 127.0.0.1:1\nlimits:\n'))).toEqual(loadConfig());
  });

  it('is the file, over it the environment, over it the flags', () => {
    const sources = yaml('instance: file\nprocRoot: /file\nsysRoot: /file\n');
    const env = { OUTRIDER_INSTANCE: 'env', HOST_PROC: '/env', HOST_SYS: '' };
    expect(loadConfig({ ...sources, env, flags: { instance: 'flag' } })).toMatchObject({
      instance: 'flag',
      procRoot: '/env',
      sysRoot: '/file',
    });
  });

  it('takes all its variables', () => {
    const env = {
      OUTRIDER_SOCKET: '/a/b.sock',
      OUTRIDER_OTLP_LISTEN: '127.1.2.3:1',
      OUTRIDER_METRICS_LISTEN: '[::1]:2',
      OUTRIDER_INSTANCE: 'i',
      HOST_PROC: '/p',
      HOST_SYS: '/s',
    };
    expect(loadConfig({ env })).toMatchObject({
      otlp: { listen: { host: '127.1.2.3', port: 1 }, socket: '/a/b.sock' },
      metrics: { listen: { host: '::1', port: 2 } },
      instance: 'i',
      procRoot: '/p',
      sysRoot: '/s',
    });
    expect(loadConfig({ env: { OUTRIDER_SOCKET: 'false' } }).otlp.socket).toBe(false);
  });

  it('has a flag for every key', () => {
    expect(settingKeys.map(flagOf)).toContain('limits-points-per-request');
    expect(
      loadConfig({ flags: { 'limits-body-bytes': '77', 'proc-root': '/x', 'otlp-socket': 'false' } }),
    ).toMatchObject({
      limits: { bodyBytes: 77 },
      procRoot: '/x',
      otlp: { socket: false },
    });
  });

  it.each([
    ['5s', 5000],
    ['100ms', 100],
    ['2m', 120_000],
  ])('reads the interval %s', (interval, ms) => {
    expect(loadConfig({ flags: { interval } }).intervalMs).toBe(ms);
  });
});

describe('an address', () => {
  const problem = (listen: string) => failure({ flags: { 'otlp-listen': listen } }).message;

  it.each(['127.0.0.1:0', '127.255.255.254:65535', 'LOCALHOST:80', '[::1]:1', '[0:0:0:0:0:0:0:1]:1'])(
    'of this machine is accepted: %s',
    (listen) => {
      expect(() => loadConfig({ flags: { 'otlp-listen': listen } })).not.toThrow();
    },
  );

  it.each([
    '0.0.0.0:4318',
    '[::]:4318',
    '10.0.0.1:4318',
    '128.0.0.1:1',
    '[::2]:1',
    '[fe80::1]:1',
    '[::ffff:10.0.0.1]:1',
  ])('that others can reach is refused: %s', (listen) => {
    expect(problem(listen)).toContain(`${listen}, which others can reach while anybody may call: set token`);
  });

  it.each([
    [':4318', 'names no host'],
    ['4318', 'is not an address of the form'],
    ['127.0.0.1', 'is not an address of the form'],
    ['127.0.0.1:65536', 'is not an address of the form'],
    ['::1:4318', 'is not an address of the form'],
    ['example.com:80', 'names a host'],
    ['127.1:80', 'names a host'],
    ['[::1%lo]:80', 'is not an address of the form'],
  ])('that is none is refused: %s', (listen, part) => {
    expect(problem(listen)).toContain(part);
  });
});

describe('an error', () => {
  it.each([
    ['otlp:\n  lisen: x\n', 'otlp.lisen is not known; the nearest key is otlp.listen'],
    ['metric:\n  listen: x\n', 'metric is not known; the nearest key is'],
    ['limits:\n  Series: 1\n', 'limits.Series is not known; the nearest key is limits.series'],
    [
      '__proto__:\n  x: 1\n',
      'the key in line 1 is not known (not shown, it could be a secret); the keys there are otlp, ',
    ],
    ['# x\notlp:\n  listen: 127.0.0.1:1\n  hunter2: 1\n', 'the key in line 4 is not known'],
    ['listen: 127.0.0.1:1\n', 'listen is not known; the nearest key is listen under otlp'],
    ['otlp.listen: 127.0.0.1:1\n', 'otlp.listen is not known; the nearest key is listen under otlp'],
    ['otlpListen: 127.0.0.1:1\n', 'otlpListen is not known; the nearest key is listen under otlp'],
    ['tokne: x\n', 'tokne is not known; the nearest key is token'],
    ['webconfig_file: /x\n', 'webconfig_file is not known; the nearest key is webConfigFile'],
    ['log:\n  Level: warn\n', 'log.Level is not known; the nearest key is log.level'],
    ['otlp: 4318\n', 'otlp is 4318, which must be a mapping of keys to values'],
    ['otlp:\n  listen: [a]\n', 'otlp.listen is a list, which must be text'],
    ['otlp:\n  listen: 4318\n', 'otlp.listen is 4318, which must be text'],
    ['otlp:\n  socket: true\n', 'otlp.socket is true, which must be an absolute path or false'],
    ['otlp:\n  socket: otlp.sock\n', 'otlp.socket must be an absolute path or false'],
    [`otlp:\n  socket: /${'x'.repeat(107)}\n`, 'otlp.socket has 108 bytes: the path of a socket can have 107'],
    ['otlp:\n  scopeLabels: 1\n', 'otlp.scopeLabels is 1, which must be true or false'],
    ['interval: 5\n', 'interval is 5, which must be a duration from 100ms to 10m'],
    ['interval: 99ms\n', 'must be a duration'],
    ['interval: 11m\n', 'must be a duration'],
    ['interval:\n', 'interval is null, which must be a duration'],
    ['instance: ""\n', 'instance is "", which must have 1 to 128 characters'],
    ['procRoot: proc\n', 'procRoot must be an absolute path'],
    ['limits:\n  series: 0\n', 'limits.series is 0, which must be a whole number of at least 1'],
    ['limits:\n  series: 1.5\n', 'limits.series is 1.5, which'],
    ['limits:\n  series: many\n', 'limits.series must be'],
    ['limits:\n  bodyBytes:\n    a: 1\n', 'limits.bodyBytes is a mapping, which'],
  ])('names file, key and value: %j', (text, part) => {
    const error = failure(yaml(text));
    expect(error.code).toBe('OUTRIDER_CONFIG');
    expect(error.message).toContain(`Configuration ${file}: `);
    expect(error.message).toContain(part);
    expect(error.message).not.toContain('\n');
  });

  it('names a variable as it is written', () => {
    const { code, message } = failure({ env: { OUTRIDER_METRICS_LISTEN: '1.2.3.4:70000' } });
    expect(code).toBe('OUTRIDER_CONFIG');
    expect(message).toContain(
      'Configuration from the environment: OUTRIDER_METRICS_LISTEN is "1.2.3.4:70000", which is',
    );
  });

  it.each([
    ['OUTRIDER_FORWARD', 'the nearest variable is OUTRIDER_FORWARD_ENDPOINT'],
    ['OUTRIDER_LISTEN', 'there is none that resembles it'],
    ['OUTRIDER_METRICS_PORT', 'is not known'],
    ['OUTRIDER_VERSION', 'there is none that resembles it'],
    ['OUTRIDER_', 'there is none that resembles it'],
  ])('names a variable that is not known: %s', (name, part) => {
    const { message } = failure({ env: { [name]: '9464' } });
    expect(message).toContain(`Configuration from the environment: ${name} is not known; `);
    expect(message).toContain(part);
    expect(loadConfig({ env: { [name]: '9464' }, allowUnknownVariables: true })).toEqual(loadConfig());
  });

  it('is no variable that Kubernetes sets for a service', () => {
    const ofServices = (prefix: string) => ({
      [`${prefix}_SERVICE_HOST`]: '10.0.0.1',
      [`${prefix}_SERVICE_PORT`]: '9464',
      [`${prefix}_SERVICE_PORT_METRICS`]: '9464',
      [`${prefix}_PORT`]: 'tcp://10.0.0.1:9464',
      [`${prefix}_PORT_9464_TCP`]: 'tcp://10.0.0.1:9464',
      [`${prefix}_PORT_9464_TCP_PROTO`]: 'tcp',
      [`${prefix}_PORT_9464_TCP_PORT`]: '9464',
      [`${prefix}_PORT_9464_TCP_ADDR`]: '10.0.0.1',
    });
    const env = { ...ofServices('OUTRIDER'), ...ofServices('OUTRIDER_METRICS') };
    expect(loadConfig({ env })).toEqual(loadConfig());
  });

  it('is one address for two listeners', () => {
    const both = (one: string, other: string) => ({ flags: { 'otlp-listen': one, 'metrics-listen': other } });
    expect(failure(both('127.0.0.1:9999', 'localhost:9999')).message).toContain(
      'metrics.listen is 127.0.0.1:9999, and so is otlp.listen',
    );
    expect(() => loadConfig(both('127.0.0.1:0', '127.0.0.1:0'))).not.toThrow();
    expect(() => loadConfig(both('127.0.0.1:9999', '[::1]:9999'))).not.toThrow();
  });

  it('names a flag as it is written', () => {
    const { message } = failure({ flags: { 'limits-series': '-1' } });
    expect(message).toContain('Configuration from the command line: --limits-series is "-1", which must be');
    expect(failure({ flags: { wrong: '1' } }).message).toContain('--wrong is not known');
  });

  it('is found in a file that a flag would have overruled', () => {
    expect(failure({ ...yaml('interval: never\n'), flags: { interval: '5s' } }).message).toContain(
      'interval must be a duration',
    );
  });

  it.each([
    ['a: [1\n', /it is not valid YAML: .* at line 2, column 1\.$/],
    ['? [a]\n: 1\n', /it is not valid YAML: a key is no text/],
    ['a: 1\nb: {c: 1, "c": 2}\n', /a key is there twice at line 2, column 11\.$/],
    ['a: &x b\n*x : 1\n? *x\n: 2\n', /it is not valid YAML/],
    ['a: 1\na: 2\n', /it is not valid YAML: a key is there twice at line 2, column 1\.$/],
    ['- 1\n', /it holds no mapping of keys to values\.$/],
    ['just words\n', /it holds no mapping/],
    ['a: 1\n---\nb: 2\n', /it is not valid YAML: /],
    ['a: *nowhere\n', /it is not valid YAML: /],
  ])('says where a file is not YAML: %j', (text, message) => {
    const error = failure(yaml(text));
    expect(error.code).toBe('OUTRIDER_CONFIG_FILE');
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
  });

  it('is found in no more time than the length of the file needs', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1\n`).join('');
    const started = performance.now();
    expect(failure(yaml(keys)).message).toContain('the key in line 1 is not known');
    // Where each key is compared with each, it takes seconds.
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('says why a file cannot be read', () => {
    expect(failure({ file: join(folder, 'none.yaml') })).toMatchObject({
      code: 'OUTRIDER_CONFIG_FILE',
      message: `Configuration file ${join(folder, 'none.yaml')} cannot be read: there is no such file.`,
    });
    expect(failure({ file: folder }).message).toContain('cannot be read: it is a directory.');
  });
});

describe('the default socket', () => {
  it('is that of the user', () => {
    expect(defaultSocketPath(0)).toBe('/run/outrider/otlp.sock');
    expect(defaultSocketPath(1000)).toBe(join(tmpdir(), 'outrider-1000', 'otlp.sock'));
  });
});
