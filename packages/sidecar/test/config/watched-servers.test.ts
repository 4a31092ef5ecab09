import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { serverName } from '../../src/config/watched-server.ts';
import { watchedServers } from '../../src/config/watched-servers.ts';

const LOOK = { timeoutMs: 1_500 };

/** What is read, passwords shown. */
function read(given: unknown): unknown[] {
  return watchedServers
    .parse(given)
    .map(({ password, ...server }) => (password === undefined ? server : { ...server, password: password.read() }));
}

function mapping(fields: Readonly<Record<string, unknown>>): Map<string, unknown> {
  return new Map(Object.entries(fields));
}

describe('a watched server', () => {
  it.each<[string, object]>([
    ['redis://127.0.0.1', { system: 'redis', address: { host: '127.0.0.1', port: 6379 } }],
    ['redis://cache:7000/3', { system: 'redis', address: { host: 'cache', port: 7000 } }],
    ['redis://:p%40ss@h', { system: 'redis', address: { host: 'h', port: 6379 }, password: 'p@ss' }],
    ['rediss://u:p@h', { system: 'redis', address: { host: 'h', port: 6379 }, user: 'u', password: 'p', tls: { verify: true } }],
    ['redis+unix:///run/redis%20x.sock', { system: 'redis', address: { path: '/run/redis x.sock' } }],
    ['redis+unix://u:p@localhost/run/r.sock', { system: 'redis', address: { path: '/run/r.sock' }, user: 'u', password: 'p' }],
    ['memcached://[::1]', { system: 'memcached', address: { host: '::1', port: 11_211 } }],
    ['memcached+unix:///m.sock', { system: 'memcached', address: { path: '/m.sock' } }],
    ['postgres://h', { system: 'postgresql', address: { host: 'h', port: 5432 }, user: 'outrider', database: 'postgres' }],
    ['postgresql://u:p@H:1/a%2Db', { system: 'postgresql', address: { host: 'h', port: 1 }, user: 'u', password: 'p', database: 'a-b' }],
    ['postgresql+unix://u@localhost/run/.s.PGSQL.5432?database=shop', { system: 'postgresql', address: { path: '/run/.s.PGSQL.5432' }, user: 'u', database: 'shop' }],
    ['pgbouncer://h', { system: 'pgbouncer', address: { host: 'h', port: 6432 }, user: 'outrider', database: 'pgbouncer' }],
  ])('is read from %s', (url, server) => {
    expect(read(url)).toEqual([{ ...server, ...LOOK }]);
    expect(read([mapping({ url })])).toEqual([{ ...server, ...LOOK }]);
  }); // prettier-ignore

  it.each([
    ['disable', undefined],
    ['require', { verify: false }],
    ['verify-ca', { verify: true }],
    ['verify-full', { verify: true }],
  ])('has sslmode=%s', (mode, tls) => {
    const [server] = watchedServers.parse(`postgres://u@h?sslmode=${mode}`);
    expect(server?.tls).toEqual(tls);
  });

  it('has the rest beside its URL', () => {
    const tls = mapping({ caFile: '/ca', serverName: 'x.y', verify: false });
    const given = mapping({ url: 'redis://h', user: 'u', password: 'p', tls, timeout: '5s' });
    expect(read(given)).toMatchObject([
      { user: 'u', password: 'p', tls: { caFile: '/ca', serverName: 'x.y', verify: false }, timeoutMs: 5_000 },
    ]);
    expect(read([mapping({ url: 'redis://h', tls: mapping({}) })])).toMatchObject([{ tls: { verify: true } }]);
  });

  it('may be none, several in a text, or a list', () => {
    for (const none of ['none', false, null, []]) expect(watchedServers.parse(none)).toEqual([]);
    expect(watchedServers.parse('redis://a, redis://b').map(serverName)).toEqual(['redis/a:6379', 'redis/b:6379']);
    expect(watchedServers.parse(['redis://a', mapping({ url: 'redis+unix:///b' })]).map(serverName)).toEqual([
      'redis/a:6379',
      'redis//b',
    ]);
  });

  it.each([
    'redis://h:1',
    'rediss://:p@h',
    'postgres://u:p@[::1]:9/a%2Db?sslmode=require',
    'pgbouncer+unix://u:p@localhost/run/a%20b/.s?database=pgbouncer',
    'postgresql+unix://u:p@localhost/run/a%20b/.s?database=x',
    'memcached://h',
  ])('is written as it can be read again, secrets masked: %s', (url) => {
    const [server] = watchedServers.parse(url);
    const [written] = watchedServers.write(watchedServers.parse(url)) as Array<Record<string, unknown>>;
    expect(JSON.stringify(written)).not.toMatch(/:p@|"p"/);
    const { tls, ...rest } = written ?? {};
    const again = mapping({
      ...rest,
      ...(tls === undefined ? {} : { tls: mapping(tls as object as Record<string, unknown>) }),
    });
    const [back] = watchedServers.parse([again], { variable: () => undefined, onMask: () => undefined });
    expect({ ...back, password: undefined }).toEqual({ ...server, password: undefined });
  });
});

describe('a wrong watched server', () => {
  it.each<[unknown, string]>([
    ['127.0.0.1:6379', 'entry 1: url must be a URL such as redis://127.0.0.1:6379, that begins with one of redis, rediss,'],
    ['redis://a,http://b', 'entry 2: url must be a URL'],
    ['', 'entry 1: url must be a URL'],
    [7, 'entry 1: it must be a URL or a mapping'],
    [mapping({}), 'entry 1: url is missing'],
    [mapping({ url: 'redis://h', pasword: 'x' }), 'entry 1: pasword is not known; the nearest key is password'],
    [mapping({ url: 'redis://h', tls: mapping({ cafile: '/x', x: 1 }) }), 'entry 1: tls.cafile is not known; the nearest key is caFile'],
    [mapping({ url: 'redis://h', tls: true }), 'entry 1: tls must be a mapping'],
    [mapping({ url: 'redis://h', timeout: '31s' }), 'entry 1: timeout is "31s", which must be at most 30s'],
    [mapping({ url: 'redis://h', password: 7 }), 'entry 1: password must be text: write it in quotes'],
    [mapping({ url: 'redis://:a@h', password: 'b' }), 'entry 1: password is there, and in the URL too'],
    [mapping({ url: 'redis://h', database: 'b' }), 'entry 1: database is not for redis'],
    ['pgbouncer://h/shop', 'entry 1: database must be pgbouncer'],
    [mapping({ url: 'pgbouncer://h', database: 'shop' }), 'entry 1: database must be pgbouncer'],
    [mapping({ url: 'redis+unix:///x', tls: mapping({}) }), 'entry 1: tls is not for a Unix socket'],
    [mapping({ url: 'postgres://u@h?sslmode=disable', tls: mapping({}) }), 'tls is there, and sslmode=disable too'],
    ['postgres://a%0Ab:p@h', 'entry 1: url has a user, which must have 1 to 128 characters'],
    ['redis://u@h', 'entry 1: password is missing: there is a user'],
    ['redis://h/x', 'has a path'],
    ['memcached://h/1', 'has a path: memcached has no databases'],
    ['redis://h:0', 'names port 0'],
    ['redis://', 'names no host'],
    ['redis://256.1.1.1', 'names a host that none can be'],
    ['redis+unix://host/x', 'must have the path of a socket'],
    ['redis://h?timeout=1', 'has a parameter that is not known; there is none'],
    ['postgres://h?ssl_mode=x', 'has a parameter that is not known; the nearest is sslmode'],
    ['postgres://h?sslmode=prefer', 'has an sslmode that is none of disable, require, verify-ca, verify-full'],
    ['postgres://h?sslmode=require&sslmode=disable', 'has the parameter sslmode twice'],
    ['postgres://h/a%2Fb', 'must be the name of a database'],
    ['redis://:%@h', 'has a % that begins no escape: write %25 for it'],
    ['redis://h,redis://h:6379', 'has one server twice: entries 1 and 2'],
    ['redis://localhost,redis://a,redis://127.0.0.1', 'has one server twice: entries 1 and 3'],
    ['postgres://a@h/x,postgres://b@h/y', 'has one server twice'],
    [Array.from({ length: 33 }, (_, index) => `redis://h:${index + 1}`), 'has 33 entries: 32 are the most'],
  ])('is refused: %j', (given, problem) => {
    expect(() => watchedServers.parse(given)).toThrow(problem);
  }); // prettier-ignore

  it.each([
    'redis://u:12/hunter2@h',
    'redis://u:12?hunter2@h',
    'redis://u:12#hunter2@h',
    'redis://u:12#hunter2',
    'redis://h?hunter2=x',
    'postgres://u:12/hunter2/x@h',
    'postgres://h/hunter2/x',
    'postgres://u:hunter2@h:99999',
    'postgres://u:%hunter2@h',
    'postgres://u:p@h?sslmode=hunter2',
    'postgres://u:hunter2@h,postgres://u:hunter2@h',
    'hunter2://x',
    'hunter2',
  ])('shows nothing of %s', (url) => {
    for (const given of [
      url,
      mapping({ url }),
      [[url]],
      mapping({ [url]: url }),
      mapping({ url: 'redis://h', timeout: url }),
    ]) {
      let error: unknown;
      try {
        watchedServers.parse(given);
      } catch (caught) {
        error = caught;
      }
      expect((error as Error).message).not.toMatch(/hunter2|\n/);
      // The stack of this test file is none of its business; what was thrown is.
      expect(inspect(Object.assign(error as Error, { stack: '' }), { depth: 9 })).not.toContain('hunter2');
    }
  });
});
