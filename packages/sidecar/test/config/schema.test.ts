import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { printConfig } from '../../src/config/print-config.ts';
import { configSchema } from '../../src/config/schema.ts';
import { settingKeys, settings } from '../../src/config/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'outrider-schema-'));
afterAll(() => rmSync(folder, { recursive: true }));

const token = join(folder, 'token');
writeFileSync(token, 'sixteen-characters');

const accepts = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(configSchema());
const env = { KEY: 'a key of sixteen', LONG_KEY: 'sixteen-characters' };

/** Why a configuration is refused; undefined if it is not. */
function refusal(config: unknown): string | undefined {
  const file = join(folder, 'outrider.json');
  writeFileSync(file, JSON.stringify(config));
  try {
    loadConfig({ file, env });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const runs = Number(process.env['RUNS'] ?? 300);

/** What is printed of the configuration just read means the same again. */
function expectPrintedIsTheSame(): void {
  const printed = printConfig({ file: join(folder, 'outrider.json'), env });
  const file = join(folder, 'printed.yaml');
  writeFileSync(file, printed);
  expect(printConfig({ file, env })).toBe(printed);
}

const count = fc.oneof(fc.integer({ min: -2, max: 2e12 }), fc.constantFrom('1', '007', '0', '1.5', 1.5, 0, '1e3', 1e3));
const duration = fc
  .tuple(
    fc.constantFrom(0, 1, 9, 10, 30, 31, 99, 100, 600, 601, 30_000, 30_001, 600_000, 600_001),
    fc.constantFrom('ms', 's', 'm', '', 'h'),
  )
  .map(([number, unit]) => `${number}${unit}`);
const path = fc.constantFrom('/x', '/x y/ä', 'x', '', '/a\u0001', token, '~/x');
const place = fc.oneof(
  fc.record({ file: fc.constantFrom(token, '/nowhere/x', 'x') }),
  fc.record({ env: fc.constantFrom('KEY', 'LONG_KEY', 'NOT_SET', 'a b') }),
  fc.constant({ file: token, env: 'KEY' }),
  fc.constant({ path: token }),
);
const secret = fc.oneof(fc.constantFrom('s3cret', '', 'ä', 7, true, '<secret>'), place);
const tls = fc.record(
  {
    caFile: path,
    certFile: path,
    keyFile: path,
    serverName: fc.constantFrom('a.b', 'a b', ''),
    verify: fc.constantFrom(true, 'false', 1),
  },
  { requiredKeys: [] },
);
const endpoint = fc.constantFrom(
  'http://h',
  'HTTPS://h:1/x?y',
  'https://u:p@h',
  'h:1',
  'ftp://h',
  '',
  'http://',
  'http://h/@',
  `http://${'long.'.repeat(20)}h`,
  'http://h:0',
  'http://h/?k&a=1&a=2',
);
const forward = fc.record(
  {
    endpoint,
    name: fc.constantFrom('n', 'a.b:c-d_e', 'a b', ''),
    user: secret,
    password: secret,
    headers: fc.oneof(
      fc.dictionary(fc.constantFrom('x-a', 'X-A', 'b', 'a b', 'host'), secret, { maxKeys: 2 }),
      fc.constant('x'),
    ),
    tls,
    compression: fc.constantFrom('gzip', 'none', 'zstd'),
    timeout: duration,
    queueBytes: count,
    spool: fc.record({ folder: path, bytes: count, size: count }, { requiredKeys: [] }),
    proxy: fc.constant('x'),
  },
  { requiredKeys: ['endpoint'] },
);
const url = fc.constantFrom(
  'redis://h',
  'rediss://:p@h:1',
  'redis+unix:///x',
  'postgres://u@h/x?sslmode=require',
  'pgbouncer://u:p@[::1]',
  'postgres://a%0Ab:p@h',
  'redis+unix://u:p@localhost/x',
  'memcached://h',
  'postgres://h?x=y',
  'http://h',
  'redis',
);
const watch = fc.record(
  {
    url,
    user: fc.constantFrom('u', '', 7, 'a\u0001', '1'),
    password: secret,
    database: fc.constantFrom('d', '', 'a/b'),
    tls,
    timeout: duration,
    port: count,
  },
  { requiredKeys: ['url'] },
);
const none = fc.constantFrom('none', false, null);
const listOf = <Value>(entry: fc.Arbitrary<Value>, text: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  fc.oneof(none, text, entry, fc.array(fc.oneof(entry, text), { maxLength: 3 }));
const words = fc.constantFrom('a.b', 'A.b', '::1', '1.2.3.4', 'http://a', 'https://a.b:1', 'a b', '');
const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  listen: fc.constantFrom('127.0.0.1:0', '[::1]:1', 'LocalHost:9', '0.0.0.0:1', 'h:1', ':1', '1.2.3:4', 4318),
  socket: fc.oneof(path, fc.constantFrom(false, 'false', true, `/${'x'.repeat(107)}`)),
  scopeLabels: fc.constantFrom(true, 'false', 'yes', 1),
  interval: duration,
  headerTime: duration,
  requestTime: duration,
  instance: fc.constantFrom('a', 'none', '12', 'a: b', ' a\n', '\u2028', '', '😀'.repeat(128), 'x'.repeat(129), 7),
  forward: listOf(forward, endpoint),
  watch: listOf(watch, url),
  token: fc.oneof(none, fc.constantFrom('sixteen-characters', 'short', 'sixteen characters'), place),
  tokenFile: fc.oneof(none, path),
  webConfigFile: none,
  allowedHosts: fc.oneof(none, words, fc.array(words, { maxLength: 3 })),
  allowedOrigins: fc.oneof(none, words, fc.array(words, { maxLength: 3 })),
  format: fc.constantFrom('text', 'json', 'xml'),
  level: fc.constantFrom('info', 'warn', 'error', 'debug'),
  procRoot: path,
  sysRoot: path,
};
const junk = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(null, true, {}, []));

/** A configuration of a few keys, mostly right. */
const config = fc
  .array(fc.constantFrom(...settingKeys, 'otlp.lisen', 'forwrad'), { minLength: 1, maxLength: 3 })
  .chain((keys) => fc.tuple(...keys.map((key) => fc.tuple(fc.constant(key), valueOf(key)))))
  .map((pairs) => {
    const top: Record<string, unknown> = {};
    for (const [key, value] of pairs) {
      const [section = key, name] = key.split('.');
      top[section] = name === undefined ? value : { ...(top[section] as object | undefined), [name]: value };
    }
    return top;
  });

function valueOf(key: string): fc.Arbitrary<unknown> {
  const known = values[key.split('.').at(-1) ?? key] ?? count;
  return fc.oneof({ weight: 9, arbitrary: known }, { weight: 1, arbitrary: junk });
}

// What only a look at other keys, at files and the environment, or into the text of a URL shows.
const BEYOND_A_SCHEMA = [
  /cannot be read|is empty|is not set|names a file whose content|must have 16 to 512/,
  /which others can reach|where this sidecar itself listens|given twice|two entries with|one server twice/,
  /needs an endpoint|needs user beside it|user and password too|user or password too|in the URL too|password is missing/,
  /is not for (?:redis|memcached|postgresql|pgbouncer|a Unix socket)|sslmode=disable too/,
  /has a (?:user|database), which|has a parameter|has an @ after the host|must be origins|must be names of hosts|is not an address|names a host/,
  /headers has (?:host|the name of header)|holds a character|must be at most \d+\.$/,
  /endpoint must be a URL|url must be a URL|names port 0|database must be pgbouncer/,
];

describe('the schema of the configuration', () => {
  it(
    'accepts what the sidecar accepts, and refuses what it refuses as far as a schema can',
    { timeout: 60_000 },
    () => {
      const seen = { valid: 0, refused: 0, beyond: 0 };
      fc.assert(
        fc.property(config, (given) => {
          const problem = refusal(given);
          const schemaAccepts = accepts(given);
          if (problem === undefined) {
            seen.valid += 1;
            expectPrintedIsTheSame();
            expect(schemaAccepts, JSON.stringify(accepts.errors)).toBe(true);
          } else if (schemaAccepts) {
            seen.beyond += 1;
            expect(
              BEYOND_A_SCHEMA.some((form) => form.test(problem)),
              problem,
            ).toBe(true);
          } else seen.refused += 1;
        }),
        { numRuns: runs },
      );
      // All three were met, or nothing was tested.
      expect(Math.min(seen.valid, seen.refused, seen.beyond), JSON.stringify(seen)).toBeGreaterThan(0);
    },
  );

  it('describes every key, and its default is what it says', () => {
    const { properties } = configSchema() as { properties: Record<string, { properties?: Record<string, object> }> };
    const ajv = new Ajv2020({ strict: false });
    for (const key of settingKeys) {
      const [section = key, name] = key.split('.');
      const schema = name === undefined ? properties[section] : properties[section]?.properties?.[name];
      expect(schema, key).toMatchObject({ description: settings[key].description });
      expect(ajv.validate(schema!, settings[key].fallback()), key).toBe(true);
    }
  });

  it.each([null, {}, { otlp: null }])('accepts that nothing is said: %j', (given) => {
    expect(accepts(given)).toBe(true);
  });
});
