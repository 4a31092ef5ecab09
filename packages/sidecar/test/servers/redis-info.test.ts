import { expect, test } from 'vitest';
import { infoMetrics, parseInfo } from '../../src/servers/redis-info.ts';
import { ownValues } from './watching.ts';

function read(...lines: readonly string[]): {
  values: Record<string, number>;
  absent: Readonly<Record<string, string>>;
} {
  const collection = infoMetrics(parseInfo(lines.join('\r\n')), { 'server.address': 'cache', 'server.port': '6379' });
  return { values: ownValues(collection), absent: collection.absent ?? {} };
}

test('what a server does not tell is absent, not zero', () => {
  // Dragonfly, Valkey and KeyDB answer INFO too, with fewer fields; Redis 5 has no CPU times of its main thread.
  const { values, absent } = read(
    '# Server',
    'redis_version:5.0.7',
    'used_cpu_sys:1.5',
    'used_memory:10',
    'role:slave',
  );
  expect(values).toEqual({ 'redis.cpu.time{state=sys}': 1.5, 'redis.memory.used': 10, 'redis.role{role=replica}': 1 });
  expect(absent['redis.keyspace.hits']).toBe('the server does not tell keyspace_hits');
  expect(absent['redis.cpu.time']).toContain('the server does not tell used_cpu_sys_main_thread');
  expect(absent['redis.maxmemory']).toBe('the server does not tell maxmemory');
  expect(absent['redis.db.keys']).toBe('no database has a key');
});

test.each(['NaN', '-nan', 'Infinity', '1e999', '0x10', '-1', '1;5', ' 1', '1 ', '', '9'.repeat(400), '1_0', '١'])(
  'the number %j is none',
  (text) => {
    const { values, absent } = read(`keyspace_hits:${text}`, `db0:keys=${text},expires=1,avg_ttl=${text}`);
    expect(values).toEqual({ 'redis.db.expires{db=0}': 1 });
    expect(absent['redis.keyspace.hits']).toBe('keyspace_hits is not a number');
    expect(absent['redis.db.keys']).toBe('not every database tells keys');
  },
);

test('numbers beyond 2^53 are the nearest that there are', () => {
  expect(read('total_net_input_bytes:18446744073709551615').values['redis.net.input']).toBe(2 ** 64);
});

test('of a field that is there twice the first counts, and names mean nothing to JavaScript', () => {
  const { values } = read('__proto__:1', 'constructor:2', 'keyspace_hits:3', 'keyspace_hits:4', '__proto__:{"a":1}');
  expect(values).toEqual({ 'redis.keyspace.hits': 3 });
  expect(({} as { a?: unknown }).a).toBeUndefined();
});

test('a hundred databases are shown, and it says that there are more', () => {
  const { values, absent } = read(...Array.from({ length: 5000 }, (_, db) => `db${db}:keys=1,expires=1,avg_ttl=5`));
  expect(Object.keys(values)).toHaveLength(300);
  expect(absent['redis.db.keys']).toBe('only 100 databases are shown');
});

test('a time to live that Redis has not sampled is absent', () => {
  const { values, absent } = read('db0:keys=2,expires=1,avg_ttl=0', 'db1:keys=2,expires=1,avg_ttl=9,subexpiry=0');
  expect(values['redis.db.avg_ttl{db=0}']).toBeUndefined();
  expect(values['redis.db.avg_ttl{db=1}']).toBe(9);
  expect(absent['redis.db.avg_ttl']).toBe('not every database tells avg_ttl');
});

test('a role that is not known is absent', () => {
  expect(read('role:sentinel').absent['redis.role']).toBe('the server tells no role that is known');
});
