import { startRedis } from '@outrider/test-servers';
import type { TestServer } from '@outrider/test-servers';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { watched } from './watched.ts';
import type { Watched } from './watched.ts';

const SECRET = 'hunter2';

let server: TestServer;
let watch: Watched;

beforeAll(async () => {
  server = await startRedis();
  watch = watched();
});

beforeEach(() => void watch.counts());

afterAll(async () => {
  watch?.stop();
  await server?.stop();
});

test('ioredis: each command is counted once, a transaction as one, errors by code', async () => {
  const redis = new Redis(`${server.url}/3`);
  await redis.set(SECRET, SECRET);
  await redis.mget(SECRET, 'b');
  await redis.incr(SECRET).catch(() => {});
  // A value in the place of a command looks like one.
  await redis.call(SECRET).catch(() => {});
  await redis.call(`no ${SECRET}`).catch(() => {});
  await redis.pipeline().get(SECRET).incr('n').exec();
  await redis.multi().get(SECRET).incr('n').exec();
  await redis
    .multi()
    .call('GET')
    .exec()
    .catch(() => {});
  // Neither of these says anything of the server's time.
  await redis.xread('BLOCK', 1, 'STREAMS', 's', '$');
  await redis.blpop('queue', 0.01);
  await redis.xread('STREAMS', 's', '0');
  redis.disconnect();
  expect(watch.counts()).toEqual({
    'redis 3 SET': 1,
    'redis 3 MGET': 1,
    'redis 3 INCR ERR': 1,
    'redis 3 _OTHER ERR': 2,
    'redis 3 GET': 1,
    'redis 3 INCR': 1,
    'redis 3 MULTI': 1,
    'redis 3 MULTI EXECABORT': 1,
    'redis 3 XREAD': 1,
  });
});

test('node-redis: each command is counted once, a transaction as one, errors by code', async () => {
  const redis = await createClient({ url: `${server.url}/4` }).connect();
  await redis.set(SECRET, SECRET);
  await redis.incr(SECRET).catch(() => {});
  await redis.lPush(SECRET, 'x').catch(() => {});
  await redis.sendCommand([SECRET, 'x']).catch(() => {});
  await redis.multi().get(SECRET).incr('n').execAsPipeline();
  await redis.multi().get(SECRET).incr('n').exec();
  await redis.xRead({ key: 's', id: '$' }, { BLOCK: 1 });
  await redis.blPop('queue', 0.01);
  redis.destroy();
  await redis.get(SECRET).catch(() => {});
  expect(watch.counts()).toEqual({
    'redis 4 SET': 1,
    'redis 4 INCR ERR': 1,
    'redis 4 LPUSH WRONGTYPE': 1,
    'redis 4 _OTHER ERR': 1,
    'redis 4 GET': 1,
    'redis 4 INCR': 1,
    'redis 4 MULTI': 1,
    'redis 4 GET Error': 1,
  });
});

test('neither says a key, a value or an argument', () => {
  expect(watch.everything()).toContain('MGET');
  expect(watch.everything().toLowerCase()).not.toContain(SECRET);
});

test('a stopped watch counts nothing', async () => {
  const redis = await createClient({ url: server.url }).connect();
  watch.stop();
  await redis.set('a', 'b');
  redis.destroy();
  expect(watch.counts()).toEqual({});
});
