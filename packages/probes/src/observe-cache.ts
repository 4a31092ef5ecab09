import { isAsyncFunction } from 'node:util/types';
import { getObserver, OutriderError } from '@outrider/core';
import type { CacheProbeOptions, CacheStats, Observer, Reader } from '@outrider/core';
import { show } from '@outrider/core/errors';
import { observedMethod } from './observed-method.ts';
import type { Method, Observed, Operation } from './observed-method.ts';
import { hasFunctions } from './shape.ts';

/** How an observed store is called, and how its methods answer. */
export interface ObserveCacheOptions extends CacheProbeOptions {
  /** Where it is reported. @default getObserver() */
  readonly observer?: Observer | undefined;
  /**
   * Whether the last function among a method's arguments is a Node.js callback `(error, value)` that gets its answer, and
   * not a value to be kept. @default true for a client of memjs, false for anything else
   */
  readonly callbacks?: boolean | undefined;
  /**
   * Whether a promise that a method returns is its answer, and not a value that was kept.
   *
   * @default false for a Map and whatever else has a `size` and a `get` that is no async function, true for anything else
   */
  readonly promises?: boolean | undefined;
}

const METHODS: ReadonlyArray<readonly [name: string, operation: Operation]> = [
  ['get', 'get'],
  ['set', 'set'],
  ['delete', 'delete'],
  ['del', 'delete'],
];

const observed = new WeakMap<object, Observed>();

function isMemjs(store: object): boolean {
  return hasFunctions(store, ['perform', 'incrSeq', 'server']) && Array.isArray(Reflect.get(store, 'servers'));
}

// What knows its size without asking anybody is in this process, and answers at once.
function isSynchronous(store: object): boolean {
  if (store instanceof WeakMap) return true;
  return typeof Reflect.get(store, 'size') === 'number' && !isAsyncFunction(Reflect.get(store, 'get'));
}

function canShadow(store: object, name: string): boolean {
  const own = Object.getOwnPropertyDescriptor(store, name);
  if (own === undefined) return Object.isExtensible(store);
  return own.get === undefined && own.set === undefined && own.writable === true;
}

function refuse(store: unknown): OutriderError {
  const frozen = typeof store === 'object' && store !== null && !Object.isExtensible(store);
  // A text may be a connection string, with a password in it.
  const shown = typeof store === 'string' ? 'a string' : show(store);
  return new OutriderError('OUTRIDER_OPTION', {
    option: 'store of observeCache',
    value: frozen ? `${shown} that is frozen or sealed` : shown,
    expected:
      'an object with the methods get and set, and delete or del where it has them, which can be replaced on it',
  });
}

function shadow(store: object, name: string, operation: Operation, counts: Observed): void {
  const method = Reflect.get(store, name) as Method;
  const value = observedMethod(method, operation, counts);
  Object.defineProperty(value, 'name', { value: method.name, configurable: true });
  Object.defineProperty(value, 'length', { value: method.length, configurable: true });
  const own = Object.getOwnPropertyDescriptor(store, name);
  // Not enumerable where it was inherited: the store lists the same properties as before.
  const property = own ?? { configurable: true, writable: true, enumerable: false };
  if (!Reflect.defineProperty(store, name, { ...property, value })) throw refuse(store);
}

/** Reads what {@link observeCache} counted, and entries and their limit of a store that has `size` and `max`. */
export const observedCache: Reader<CacheStats> = {
  library: 'whatever observeCache() was given',
  matches: (target: object): boolean => observed.has(target),
  read(target: object): CacheStats {
    const { hits, misses, sets, deletes, errors } = observed.get(target)!;
    const { size, max } = target as { readonly size?: unknown; readonly max?: unknown };
    const removes = hasFunctions(target, ['delete']) || hasFunctions(target, ['del']);
    const counts = { hits, misses, sets, deletes: removes ? deletes : undefined, errors };
    if (typeof size !== 'number') return counts;
    return { ...counts, entries: size, maxEntries: typeof max === 'number' && max > 0 ? max : undefined };
  },
};

/**
 * Reports anything with `get` and `set`, and `delete` or `del`, as a cache: a Map, a client of Redis or memcached, a class
 * of your own. Its methods are replaced on the object itself, by ones that do the same and count: a `get` that finds
 * undefined or null is a miss; what throws, rejects or calls back with an error is an error and nothing else. Other
 * methods, such as `mGet`, are not counted, nor is another object made from this one, such as a client's `duplicate()`
 * or `withTypeMapping()`. A second call, under whatever name, counts nothing twice.
 *
 * @returns the object that it was given
 * @throws {OutriderError} OUTRIDER_OPTION for what has no such methods or is frozen, OUTRIDER_PROBE_NAME
 *
 * @example
 * const sessions = observeCache(new Map<string, Session>(), { name: 'sessions' });
 * const redis = observeCache(createClient(), { name: 'products', tier: 'L2', enabled: () => flags.cache });
 */
export function observeCache<Store extends object>(store: Store, options: ObserveCacheOptions): Store {
  if (typeof store !== 'object' || store === null || !hasFunctions(store, ['get', 'set'])) throw refuse(store);
  const { observer = getObserver(), callbacks, promises, ...probe } = options;
  if (!observer.enabled) return store;
  const methods = METHODS.filter(([name]) => hasFunctions(store, [name]));
  const memjs = isMemjs(store);
  let counts = observed.get(store);
  if (counts === undefined) {
    if (!methods.every(([name]) => canShadow(store, name))) throw refuse(store);
    const zero = { hits: 0, misses: 0, sets: 0, deletes: 0, errors: 0, depth: 0 };
    counts = {
      ...zero,
      shadowed: false,
      callbacks: callbacks ?? memjs,
      promises: promises ?? !isSynchronous(store),
      memjs,
    };
    observed.set(store, counts);
  }
  observer.addReaders({ caches: [observedCache] });
  observer.cache(store, probe);
  // After what may throw: a store that is not reported is left as it was.
  if (!counts.shadowed) for (const [name, operation] of methods) shadow(store, name, operation, counts);
  counts.shadowed = true;
  return store;
}
