import { getObserver, observeCache, pgClient } from '@outrider/probes';
import pg from 'pg';
import { ofProbes } from './libraries.mjs';
import { secret } from './secret.mjs';
import { failing, oneByOne } from './secret-steps.mjs';

const mysql = ofProbes('mysql2/promise');
const { createClient, createClientPool } = ofProbes('redis');
const { Redis } = ofProbes('ioredis');

const Client = pgClient(pg.Client);

/** PostgreSQL: secrets in the address, in values, in texts that look like SQL, and in what the server says of them. */
export async function usePostgres(address) {
  const url = new URL(address);
  url.password = secret('PgPassword');
  const pool = new pg.Pool({ connectionString: url.href, max: 2, Client });
  getObserver().pool(pool, { name: 'postgres', timings: true });
  const stranger = new URL(address);
  stranger.username = secret('PgUser');
  stranger.password = secret('PgWrongPassword');
  const strangers = new pg.Pool({ connectionString: stranger.href, max: 1, Client });
  getObserver().pool(strangers, { name: 'strangers', timings: true });
  const query =
    (...given) =>
    () =>
      pool.query(...given);
  await oneByOne([
    query('create table people (mail text unique)'),
    query('insert into people (mail) values ($1)', [secret('PgValue')]),
    failing(query('insert into people (mail) values ($1)', [secret('PgValue')])),
    query(`select * from people where mail = '${secret('PgLiteral')}' or mail = 'it''s ${secret('PgQuoted')}'`),
    query(`select $$ from ${secret('PgDollar')} $$, $a$ from ${secret('PgTagged')} $a$ as mail`),
    query(`select E'it\\'s from ${secret('PgEscaped')} -- ', '\\', ' from ${secret('PgBackslash')} ' from people`),
    query(`-- from ${secret('PgComment')}\nselect /* from /* nested */ ${secret('PgBlock')} */ 1`),
    query(`create role shop login password '${secret('PgRolePassword')}'`),
    query(`alter role shop password '${secret('PgAlteredPassword')}'`),
    query({ text: 'update people set mail = $1', values: [secret('PgObjectValue')] }),
    failing(query(`select '${secret('PgNumber')}'::integer`)),
    failing(query(`select * from people where ${secret('PgColumn')} = 1`)),
    failing(() => strangers.query('select 1'), 'PgUser'),
  ]);
  await Promise.all([pool.end(), strangers.end()]);
}

/** MariaDB through mysql2, which gives text and values of a query to whoever listens. */
export async function useMariadb(address) {
  const root = mysql.createPool({ uri: address, connectionLimit: 2 });
  getObserver().pool(root, { name: 'root', timings: true });
  await root.query(`create user app@127.0.0.1 identified by '${secret('MysqlCreated')}'`);
  await root.query('grant all on test.* to app@127.0.0.1');
  const url = new URL(address);
  url.username = 'app';
  url.password = secret('MysqlCreated');
  const pool = mysql.createPool({ uri: url.href, connectionLimit: 2 });
  getObserver().pool(pool, { name: 'mariadb', timings: true });
  url.username = secret('MysqlUser');
  url.password = secret('MysqlWrongPassword');
  const strangers = mysql.createPool({ uri: url.href, connectionLimit: 1 });
  getObserver().pool(strangers, { name: 'mysql-strangers', timings: true });
  const query =
    (...given) =>
    () =>
      pool.query(...given);
  await oneByOne([
    query('create table people (mail varchar(99) unique)'),
    query('insert into people set ?', { mail: secret('MysqlValue') }),
    failing(query('insert into people values (?)', [secret('MysqlValue')])),
    () => pool.execute('select * from people where mail = ?', [secret('MysqlExecuted')]),
    query(`select "from ${secret('MysqlDouble')}", 'it\\'s from ${secret('MysqlEscaped')} -- ' from people`),
    query(`# from ${secret('MysqlComment')}\nselect 1`),
    query({ sql: 'update people set mail = :mail', values: { mail: secret('MysqlNamed') }, namedPlaceholders: true }),
    failing(query(`select * from people where ${secret('MysqlColumn')} = 1`)),
    failing(() => strangers.query('select 1'), 'MysqlUser'),
  ]);
  await Promise.all([root.end(), pool.end(), strangers.end()]);
}

/** Redis through both clients: keys, values, scripts and passwords. */
export async function useRedis(address) {
  const url = new URL(address);
  const password = secret('RedisPassword');
  const admin = await createClient({ url: address }).connect();
  await admin.sendCommand(['ACL', 'SETUSER', 'shop', 'on', `>${password}`, '~*', '&*', '+@all']);
  url.username = 'shop';
  url.password = password;
  const pool = createClientPool({ url: url.href }, { maximum: 2 });
  pool.on('error', () => {});
  await pool.connect();
  getObserver().pool(pool, { name: 'redis', limit: 2, timings: true });
  const cached = observeCache(await createClient({ url: url.href }).connect(), { name: 'redis', tier: 'L2' });
  const ioredis = new Redis(url.href);
  url.password = secret('RedisWrongPassword');
  const stranger = new Redis(url.href, { lazyConnect: true, retryStrategy: () => null });
  stranger.on('error', () => {});
  await oneByOne([
    () => cached.set(secret('RedisKey'), secret('RedisValue')),
    () => cached.get(secret('RedisKey')),
    () => cached.del(secret('RedisKey')),
    () => pool.hSet('hash', secret('RedisField'), secret('RedisFieldValue')),
    failing(() => pool.eval(`return redis.error_reply('${secret('RedisReply')} is wrong')`)),
    () => pool.multi().set(secret('RedisMulti'), '1').exec(),
    failing(() => cached.sendCommand(['OBJECT', secret('RedisSubcommand')])),
    () => ioredis.set(secret('IoredisKey'), secret('IoredisValue')),
    () => ioredis.get(secret('IoredisKey')),
    failing(() => ioredis.incr(secret('IoredisKey'))),
    () => ioredis.pipeline().get(secret('IoredisPipeline')).exec(),
    failing(() => cached.sendCommand([secret('RedisCommand')])),
    failing(() => ioredis.call(secret('IoredisCommand'))),
    failing(() => ioredis.auth(secret('IoredisAuth'))),
    failing(() => stranger.connect(), ''),
    () => ioredis.call('ACL', 'GETUSER', 'shop'),
  ]);
  stranger.disconnect();
  ioredis.disconnect();
  await Promise.all([pool.close(), cached.close(), admin.close()]);
}
