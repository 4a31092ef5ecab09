import type { DashboardConfig } from '../config.ts';
import { percent } from '../rules/text.ts';
import type { Runbook } from './runbook.ts';

/** Connections to databases, and caches. */
export function poolAndCacheRunbooks({ thresholds: { cache } }: DashboardConfig): readonly Runbook[] {
  return [
    {
      alert: 'DbPoolExhausted',
      fires: 'All connections that the pool of a process may open were in use for a minute.',
      meaning:
        'The connections in use of each worker of an application, against the limit of its pool: no worker gets a connection of another one. A connection that is being opened counts as used. That callers wait is likely, and shows in the first panel below.',
      impact:
        'Whoever needs a connection waits until one is given back. Requests get slow, then fail: by the timeout of the pool, or never where it has none.',
      diagnosis: [
        { look: 'how many callers wait, now and at the most.', at: 'outrider-database/12', query: 0 },
        {
          look: 'callers that gave up, or whose connection could not be opened (this and the next need `timings: true` of the pool).',
          at: 'outrider-database/13',
          query: 0,
        },
        { look: 'how long a connection is kept.', at: 'outrider-database/15', query: 1 },
        {
          look: 'how long queries take. Far less than connections are kept: they are held for something else.',
          at: 'outrider-database/21',
          query: 0,
        },
        {
          look: 'the server: sessions idle in a transaction, waiting for locks ([[outrider-database/33]]).',
          at: 'outrider-database/32',
        },
      ],
      causes: [
        { seen: 'queries got slower', cause: 'a missing index, a lock, a busy server' },
        {
          seen: 'queries are quick, connections are kept long',
          cause:
            'a transaction held during a call to another service, or a connection that is never given back: `client.release()` missing after an error',
        },
        {
          seen: 'in use stays at the limit without traffic',
          cause: 'connections that leaked; only a restart brings them back',
        },
        { seen: 'more requests, queries as quick as ever', cause: 'the pool is too small' },
        {
          seen: '[[outrider-database/31]] or [[outrider-database/63]] is high',
          cause: 'the server, or PgBouncer, is full',
        },
      ],
      mitigation: [
        'A leak, or everything hangs: restart one process after the other, `kubectl rollout restart deployment/<name>`, `pm2 reload <app>`.',
        'End what holds it up, with `SELECT pg_terminate_backend(<pid>);` for what this shows:\n```sql\nSELECT pid, state, wait_event_type, now() - xact_start AS age, left(query, 80)\nFROM pg_stat_activity WHERE xact_start IS NOT NULL ORDER BY age DESC LIMIT 10;\n```',
        'A larger pool: `max` of pg, `connectionLimit` of mysql2 and mariadb, `pool.max` of Knex and Sequelize, `poolSize` of TypeORM, `maxPoolSize` of MongoDB, `maximum` of node-redis. The sum over all processes must stay below `max_connections`: [[outrider-database/31]].',
        'Let nobody wait for ever: `connectionTimeoutMillis` of pg (it has none by default), `acquireConnectionTimeout` of Knex, `pool.acquire` of Sequelize, `waitQueueTimeoutMS` of MongoDB; `idle_in_transaction_session_timeout` of PostgreSQL.',
      ],
      falseAlarm:
        'A pool of 1 or 2 connections that is meant to be used up, as of a worker of a queue, without anybody waiting. Give it one more connection than it works with, or silence it by `db_client_connection_pool_name`. It has no threshold: used up is used up.',
      settings: [],
    },
    {
      alert: 'CacheHitRateLow',
      fires: `Fewer than ${percent(cache.hitRatio)} of the lookups in a cache were hits, for 10 minutes.`,
      meaning: `Hits in any tier, of the lookups in the first one, over windows of 10 minutes, all processes together; lookups that failed are in neither. It takes ${cache.minimumLookups} lookups in 10 minutes.`,
      impact:
        'What the cache should spare goes to the database or to other services: they get slower, and so do requests.',
      diagnosis: [
        { look: 'a cliff (emptied, new keys) or a slope (too small).', at: 'outrider-cache/1', query: 0 },
        {
          look: 'sets and deletes beside lookups: as many sets as misses are normal.',
          at: 'outrider-cache/10',
          query: 0,
        },
        { look: 'entries that had to go for others.', at: 'outrider-cache/12', query: 0 },
        { look: 'Redis: evicted keys, restarts ([[outrider-cache/22]]).', at: 'outrider-cache/28', query: 0 },
        { look: 'what it does to the database.', at: 'outrider-database/21' },
      ],
      causes: [
        {
          seen: 'since a release; misses and sets rose',
          cause: 'keys of another form, a shorter time to live, user or time in the key',
        },
        { seen: 'evictions, [[outrider-cache/14]] near 100 %', cause: 'too small' },
        { seen: '[[outrider-cache/22]] counts a restart', cause: 'Redis came back empty' },
        { seen: 'misses without sets', cause: 'what is looked up does not exist, or storing fails: [[CacheErrors]]' },
        { seen: 'deletes rose', cause: 'something empties it' },
        { seen: 'after a start of new processes', cause: 'a cache in the process begins empty' },
      ],
      mitigation: [
        'Since a release: roll back.',
        'Too small: raise the limit (`max` of lru-cache, `maxKeys` of node-cache), or in Redis `redis-cli CONFIG SET maxmemory 2gb` with `maxmemory-policy allkeys-lru`; mind the memory of the host.',
        'Emptied: let it fill; if the database suffers, let fewer requests through, or fetch each key once for all who ask (deduplication, [[outrider-work/52]]).',
        'Remember for a short time that there is nothing (negative caching).',
      ],
      falseAlarm: 'A cache of keys that seldom come twice. Ask whether it is worth having; else lower the share.',
      settings: ['thresholds.cache.hitRatio', 'thresholds.cache.minimumLookups'],
    },
    {
      alert: 'CacheErrors',
      fires: 'Operations of a cache failed in the last 5 minutes.',
      meaning:
        'Lookups, sets or deletes that ended with an error, as the library tells, all processes together. One is enough. A miss is no error.',
      impact:
        'Nothing, where the application goes on without the cache; the database has its work meanwhile. Errors for users, where it does not.',
      diagnosis: [
        { look: 'one cache or all, and since when.', at: 'outrider-cache/11', query: 0 },
        { look: 'whether the server answers.', at: 'outrider-cache/20', query: 0 },
        { look: 'memory at its limit: writes are refused with `noeviction`.', at: 'outrider-cache/26', query: 0 },
        { look: 'connections: many new ones are reconnects.', at: 'outrider-cache/30' },
        { look: 'whether users notice.', at: 'outrider-api/11' },
      ],
      causes: [
        { seen: '[[outrider-cache/20]] or [[outrider-cache/50]] is 0', cause: 'the server is down: [[ServerDown]]' },
        {
          seen: 'memory at the limit, no evictions',
          cause: '`OOM command not allowed`: `maxmemory-policy noeviction`',
        },
        {
          seen: 'the server is well, one application has errors',
          cause: 'its password, ACL, address, TLS; its timeout',
        },
        { seen: 'a few errors at one moment', cause: 'a failover or a restart' },
      ],
      mitigation: [
        'Read the message in the log of the application: `NOAUTH`, `NOPERM`, `OOM`, `READONLY`, `ECONNREFUSED` and `LOADING` each name the cause.',
        'Redis is full: `redis-cli INFO memory`, then `redis-cli CONFIG SET maxmemory-policy allkeys-lru` if all of it is a cache, else more `maxmemory`.',
        'Redis is busy: `redis-cli --latency`, `redis-cli SLOWLOG GET 10`; no `KEYS *` in production.',
        'Let a failing cache be a miss: catch its errors, with a timeout of some 100 ms.',
      ],
      falseAlarm:
        'A restart of the cache that was planned: silence it meanwhile. It has no threshold, since a cache that works has no errors.',
      settings: [],
    },
  ];
}
