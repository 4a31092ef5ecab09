import { randomUUID } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import type { ChannelListener } from 'node:diagnostics_channel';
import type { CacheStats, Reader } from '@outrider/core';
import { hasFunctions, hasNumbers } from './shape.ts';

// lru-cache 11.4 and later tell on these channels of their operations, for all caches of the process alike. 11.3 does
// so without naming the cache.
const OPERATIONS = 'lru-cache:metrics';
const FETCH_START = 'tracing:lru-cache:start';
const FETCH_END = 'tracing:lru-cache:asyncEnd';

interface LruCache {
  readonly size: number;
  readonly max: number;
  readonly fetchMethod?: unknown;
  has(key: unknown): boolean;
}

interface Operation {
  readonly op?: 'get' | 'set' | 'memo' | 'fetch' | 'delete' | 'has' | 'peek';
  readonly cache?: object;
  readonly get?: string;
  readonly memo?: string;
  readonly fetch?: string;
  readonly set?: string;
  readonly delete?: string;
  readonly value?: unknown;
  readonly returnedStale?: boolean;
  readonly fetchUpdated?: boolean;
}

interface Counts {
  hits: number;
  misses: number;
  sets: number;
  deletes: number;
  /** Whether this copy of the library publishes at all. */
  heard: boolean;
}

const counted = new WeakMap<object, Counts>();
const subscribed = new Set<string>();

function isLruCache(target: object): boolean {
  return (
    hasNumbers(target, ['size', 'max']) &&
    hasFunctions(target, ['get', 'set', 'has', 'delete', 'dump', 'load', 'purgeStale'])
  );
}

function listen(name: string, listener: ChannelListener): void {
  if (subscribed.has(name)) return;
  subscribed.add(name);
  subscribe(name, listener);
}

function countsOf(message: unknown): [Operation, Counts] | undefined {
  const operation = message as Operation | null;
  if (operation?.cache === undefined) return undefined;
  const counts = counted.get(operation.cache);
  return counts && [operation, counts];
}

function onOperation(message: unknown): void {
  const found = countsOf(message);
  if (found === undefined) return;
  const [operation, counts] = found;
  counts.heard = true;
  switch (operation.op) {
    case 'get':
      countRead(counts, servedByGet(operation));
      break;
    case 'memo':
      countRead(counts, operation.memo === 'hit');
      // A memo that missed stores what it computed, without a message of its own; undefined is never stored.
      if (operation.memo === 'miss' && operation.value !== undefined) counts.sets += 1;
      break;
    case 'set':
      // 'miss' was too large to be stored; 'deleted' was set(key, undefined), which publishes its delete itself.
      if (operation.set !== 'miss' && operation.set !== 'deleted') counts.sets += 1;
      break;
    case 'delete':
      // Any other reason is the cache tidying up: an entry that expired, was replaced, or could not be fetched.
      if (operation.delete === 'delete') counts.deletes += 1;
      break;
    default:
    // has() and peek() ask about an entry without reading it on behalf of anybody.
  }
}

function onFetchStart(message: unknown): void {
  const found = countsOf(message);
  if (found?.[0].op !== 'fetch') return;
  const [operation, counts] = found;
  // Without a fetchMethod fetch() is get(). Joining a fetch under way is a miss: the value was not there yet.
  const served = operation.fetch === 'get' ? servedByGet(operation) : operation.fetch === 'hit';
  countRead(counts, served || operation.returnedStale === true);
}

// A refresh that goes on behind a stale value ends after this, and its write is not seen.
function onFetchEnd(message: unknown): void {
  const found = countsOf(message);
  if (found?.[0].op === 'fetch' && found[0].fetchUpdated === true) found[1].sets += 1;
}

function servedByGet({ get, value, returnedStale }: Operation): boolean {
  if (get === 'hit') return true;
  if (get === 'fetching') return value !== undefined;
  return get !== 'miss' && returnedStale === true;
}

function countRead(counts: Counts, hit: boolean): void {
  if (hit) counts.hits += 1;
  else counts.misses += 1;
}

/**
 * Reads an `LRUCache`: entries of any version from 7 on, and from 11.4 on hits, misses, sets and deletes, counted from
 * the moment it is attached. Evictions and bytes are absent: the library tells them to nobody but the `dispose` and
 * `sizeCalculation` of its owner.
 */
export const lruCache: Reader<CacheStats> = {
  library: 'lru-cache',
  matches: isLruCache,
  read(target: object): CacheStats {
    const cache = target as LruCache;
    const entries = { entries: cache.size, maxEntries: cache.max > 0 ? cache.max : undefined };
    const counts = counted.get(cache);
    if (counts === undefined || !counts.heard) return entries;
    const { hits, misses, sets, deletes } = counts;
    // A map inside the process has no way to fail, so that 0 errors is what happened and not what is unknown.
    return { ...entries, hits, misses, sets, deletes, errors: 0 };
  },
  attach(target: object): void {
    listen(OPERATIONS, onOperation);
    // Being listened to, the library handles the failure of a fetch that nobody awaits, which would be an unhandled
    // rejection otherwise: where no registered cache fetches, nothing of that changes.
    if ((target as LruCache).fetchMethod !== undefined) {
      listen(FETCH_START, onFetchStart);
      listen(FETCH_END, onFetchEnd);
    }
    if (counted.has(target)) return;
    counted.set(target, { hits: 0, misses: 0, sets: 0, deletes: 0, heard: false });
    // The library has no version to ask for: a question that changes nothing shows whether this copy publishes.
    (target as LruCache).has(randomUUID());
  },
};
