import { getObserver as getProcessObserver } from '@outrider/core';
import type { Observer } from '@outrider/core';
import { readers } from './registry.ts';

export { timed } from '@outrider/core';
export { observeCache } from './observe-cache.ts';
export type { ObserveCacheOptions } from './observe-cache.ts';
export { deduplication } from './deduplication.ts';
export type { Deduplication, DeduplicationOptions } from './deduplication.ts';
export { tasks } from './tasks.ts';
export type { Tasks, TasksOptions } from './tasks.ts';
export { userSessions } from './user-sessions.ts';
export type { SessionId, UserSessions, UserSessionsOptions } from './user-sessions.ts';
export { watchOutgoing } from './outgoing/watch-outgoing.ts';
export type { WatchOutgoingOptions } from './outgoing/watch-outgoing.ts';
export { watchMongo } from './queries/mongo-client.ts';
export type { MongoClientLike } from './queries/mongo-client.ts';
export { pgClient } from './queries/pg-client.ts';
export type { SlowQueryEntry, SlowQueryLog } from './queries/query-log.ts';
export { recordQuery, timeQuery } from './queries/record-query.ts';
export type { QueryDescription, RecordedQuery } from './queries/record-query.ts';
export { watchQueries } from './queries/watch-queries.ts';
export type { QueryOptions, QueryWatch } from './queries/watch-queries.ts';
export { readers } from './registry.ts';

/**
 * The observer of this process, with every reader of this package, so that `pool` and `cache` know the libraries.
 *
 * @example
 * const observer = getObserver();
 * observer.pool(new pg.Pool(), { name: 'orders' });
 * observer.cache(new LRUCache({ max: 500 }), { name: 'products' });
 */
export function getObserver(): Observer {
  const observer = getProcessObserver();
  observer.addReaders(readers);
  return observer;
}
