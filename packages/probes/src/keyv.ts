import type { CacheStats, Reader } from '@outrider/core';
import { shadow } from './shadow.ts';
import { hasFunctions } from './shape.ts';

interface Counts {
  hits: number;
  misses: number;
  sets: number;
  deletes: number;
  errors: number;
}

type Listener = (told: never) => void;

interface Keyv {
  readonly store?: object;
  on(event: string, listener: Listener): unknown;
}

interface Keyv6 extends Keyv {
  onHook(event: string, handler: Listener): void;
}

interface Keyv5 extends Keyv {
  readonly hooks: { addHandler(event: string, handler: Listener): void };
}

/** What a store says of its size, where it has one. */
interface Sized {
  readonly size?: unknown;
  readonly max?: unknown;
  readonly lruSize?: unknown;
  readonly store?: unknown;
}

// The store of a Keyv may be an adapter that holds another store that holds the map.
const STORES_DEEP = 4;

const counted = new WeakMap<object, Counts>();

function isKeyv(target: object): boolean {
  return (
    hasFunctions(target, ['get', 'getMany', 'set', 'setMany', 'delete', 'on']) && (isKeyv6(target) || isKeyv5(target))
  );
}

function isKeyv6(target: object): target is Keyv6 {
  return hasFunctions(target, ['onHook', 'getManyRaw', 'setManyRaw', 'hasMany', 'disconnect']);
}

function isKeyv5(target: object): target is Keyv5 {
  const { hooks } = target as { readonly hooks?: unknown };
  return typeof hooks === 'object' && hooks !== null && hasFunctions(hooks, ['addHandler', 'trigger']);
}

function countRead(counts: Counts, value: unknown): void {
  if (value === undefined) counts.misses += 1;
  else counts.hits += 1;
}

function countReads(counts: Counts, values: unknown): void {
  if (Array.isArray(values)) for (const value of values) countRead(counts, value);
}

// Its `stat:` events come whether or not its statistics are on, which keep the names of a thousand keys each. They count
// a delete that failed as one, its hook says that it did.
function attachToKeyv6(keyv: Keyv6, counts: Counts): void {
  keyv.on('stat:hit', () => {
    counts.hits += 1;
  });
  keyv.on('stat:miss', () => {
    counts.misses += 1;
  });
  keyv.on('stat:set', () => {
    counts.sets += 1;
  });
  keyv.on('stat:error', () => {
    counts.errors += 1;
  });
  keyv.onHook('after:delete', ({ value }: { readonly value: unknown }) => {
    const results: readonly unknown[] = Array.isArray(value) ? value : [value];
    // False is a key that was not there, or that could not be deleted.
    counts.deletes += results.filter((deleted) => deleted !== false).length;
  });
}

// Its statistics count a `getMany` as one hit, whatever it found, and a `setMany` and `deleteMany` mostly not at all.
// Its hooks say what was found.
function attachToKeyv5(keyv: Keyv5, counts: Counts): void {
  const { hooks } = keyv;
  hooks.addHandler('postGet', ({ value }: { readonly value: unknown }) => countRead(counts, value));
  hooks.addHandler('postGetRaw', ({ value }: { readonly value: unknown }) => countRead(counts, value));
  hooks.addHandler('postGetMany', (values: unknown) => countReads(counts, values));
  hooks.addHandler('postGetManyRaw', ({ values }: { readonly values: unknown }) => countReads(counts, values));
  // A set that failed says `error` and then, in the same turn, `postSet` like any other.
  let failed = false;
  keyv.on('error', () => {
    counts.errors += 1;
    failed = true;
    queueMicrotask(() => {
      failed = false;
    });
  });
  hooks.addHandler('postSet', () => {
    if (!failed) counts.sets += 1;
    failed = false;
  });
  hooks.addHandler('postDelete', ({ key, value }: { readonly key: unknown; readonly value: unknown }) => {
    // Of several keys it says only whether all were there; had one failed, it would have said nothing.
    if (Array.isArray(key)) counts.deletes += key.length;
    else if (value !== false) counts.deletes += 1;
    failed = false;
  });
  countBatches(keyv, 'setMany', (entries, result) => {
    const stored = Array.isArray(result) ? result.filter((one) => one !== false).length : entries;
    counts.sets += stored;
  });
  countBatches(keyv, 'deleteMany', (keys, result) => {
    if (result !== false) counts.deletes += keys;
  });
}

// Where the store takes a batch as a whole, Keyv 5 has no hook for it: only a shadow of its method can count it.
function countBatches(
  keyv: Keyv5,
  name: 'setMany' | 'deleteMany',
  count: (size: number, result: unknown) => void,
): void {
  shadow(keyv, name, async (method, self, args) => {
    const { store } = self as Keyv5;
    const [batch] = args;
    const whole = store !== undefined && hasFunctions(store, [name]);
    const result = await Reflect.apply(method, self, args);
    if (whole && Array.isArray(batch)) count(batch.length, result);
    return result;
  });
}

function held(keyv: Keyv): CacheStats {
  let store: unknown = keyv.store;
  for (let depth = 0; depth < STORES_DEEP && typeof store === 'object' && store !== null; depth++) {
    const { size, max, lruSize, store: inner } = store as Sized;
    if (typeof size === 'number') return { entries: size, maxEntries: limit(lruSize) ?? limit(max) };
    store = inner;
  }
  return {};
}

function limit(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : undefined;
}

/**
 * Reads a `Keyv` 5 or 6, counted from the moment it is attached; its option `stats` is not needed. Entries and their
 * limit are those of its store, where that has a `size`. Deletes are of keys that were there, among them the ones that
 * Keyv makes itself when it finds an entry to have expired. Evictions and bytes are absent.
 *
 * Keyv 5 hides why a read failed: it is a miss there. Its errors are those that it or its store emits, absent until
 * there is one unless the store is a `Map`, which cannot fail.
 */
export const keyv: Reader<CacheStats> = {
  library: 'keyv',
  matches: isKeyv,
  read(target: object): CacheStats {
    const counts = counted.get(target);
    if (counts === undefined) return held(target as Keyv);
    const unheard = counts.errors === 0 && !isKeyv6(target) && !((target as Keyv).store instanceof Map);
    return { ...held(target as Keyv), ...counts, errors: unheard ? undefined : counts.errors };
  },
  attach(target: object): void {
    if (counted.has(target)) return;
    const counts: Counts = { hits: 0, misses: 0, sets: 0, deletes: 0, errors: 0 };
    counted.set(target, counts);
    if (isKeyv6(target)) attachToKeyv6(target, counts);
    else attachToKeyv5(target as Keyv5, counts);
  },
};
