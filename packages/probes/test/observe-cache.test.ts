import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { OutriderError } from '@outrider/core';
import type { Observer } from '@outrider/core';
import { LRUCache } from 'lru-cache';
import NodeCache from 'node-cache';
import { describe, expect, it } from 'vitest';
import { observeCache } from '../src/observe-cache.ts';
import { figuresOf, newObserver } from './cache-figures.ts';
import { rejectionsDuring } from './unhandled-rejections.ts';

const NOTHING = { 'c get hit': 0, 'c get miss': 0, 'c set ok': 0, 'c delete ok': 0, 'c error': 0 };

function operations(observer: Observer): Readonly<Record<string, number>> | undefined {
  return figuresOf(observer)['cache.operations'];
}

/** A store of somebody's own, that waits and fails as it is told to. */
class Store {
  readonly #map = new Map<string, unknown>();

  async get(key: string): Promise<unknown> {
    if (key === 'failing') throw new Error('no such server');
    return this.#map.get(key) ?? null;
  }

  async set(key: string, value: unknown): Promise<void> {
    if (key === 'failing') throw new Error('no such server');
    this.#map.set(key, value);
  }

  del(key: string): boolean {
    if (key === 'failing') throw new Error('no such server');
    return this.#map.delete(key);
  }
}

describe('observeCache', () => {
  it('counts what is asked of a Map, and tells its entries', () => {
    const observer = newObserver();
    const map = new Map<string, unknown>();
    expect(observeCache(map, { name: 'c', observer })).toBe(map);
    expect(operations(observer)).toEqual(NOTHING);
    expect(map.set('a', 1)).toBe(map);
    map.set('nothing', null).set('b', 2);
    expect(['a', 'b', 'absent', 'nothing'].map((key) => map.get(key))).toEqual([1, 2, undefined, null]);
    expect([map.delete('a'), map.delete('a')]).toEqual([true, false]);
    const figures = figuresOf(observer);
    expect(figures['cache.operations']).toEqual({
      'c get hit': 2,
      'c get miss': 2,
      'c set ok': 3,
      'c delete ok': 2,
      'c error': 0,
    });
    expect(figures['cache.entries']).toEqual({ c: 2 });
    expect(figures['cache.enabled']).toEqual({ c: 1 });
    expect(figures['cache.entries.limit']).toBeUndefined();
  });

  it('counts promises when they are settled, and what fails as an error only', async () => {
    const observer = newObserver();
    const store = observeCache(new Store(), { name: 'c', observer });
    const written = store.set('a', 1);
    expect(operations(observer)).toEqual(NOTHING);
    await written;
    expect([await store.get('a'), await store.get('absent'), store.del('a')]).toEqual([1, null, true]);
    await expect(store.get('failing')).rejects.toThrow('no such server');
    await expect(store.set('failing', 1)).rejects.toThrow('no such server');
    expect(() => store.del('failing')).toThrow('no such server');
    expect(operations(observer)).toEqual({
      'c get hit': 1,
      'c get miss': 1,
      'c set ok': 1,
      'c delete ok': 1,
      'c error': 3,
    });
  });

  it.each([
    ['a Map', new Map<string, Promise<number>>()],
    ['an LRUCache', new LRUCache<string, Promise<number>>({ max: 5 })],
  ])('takes promises that %s keeps for values', async (_, store) => {
    const observer = newObserver();
    observeCache(store, { name: 'c', observer });
    const [kept, failing] = [Promise.resolve(1), Promise.reject<number>(new Error('not of the cache'))];
    store.set('a', kept);
    store.set('b', failing);
    expect(store.get('a')).toBe(kept);
    expect(operations(observer)).toMatchObject({ 'c get hit': 1, 'c set ok': 2 });
    await expect(store.get('b')).rejects.toThrow('not of the cache');
    expect(operations(observer)).toMatchObject({ 'c get hit': 2, 'c error': 0 });
  });

  it('takes promises for answers where it is told so, or get is an async function', async () => {
    const observer = newObserver();
    const later = { size: 0, get: (_key: string) => Promise.resolve(null), set: () => {} };
    const asynchronous = { size: 0, get: async (_key: string) => null, set: () => {} };
    await observeCache(later, { name: 'later', observer, promises: true }).get('a');
    await observeCache(asynchronous, { name: 'asynchronous', observer }).get('a');
    expect(operations(observer)).toMatchObject({ 'later get miss': 1, 'asynchronous get miss': 1 });
  });

  it('leaves a rejection unhandled that nobody handles, and a handled one handled', async () => {
    const store = observeCache(new Store(), { name: 'c', observer: newObserver() });
    const seen = await rejectionsDuring(() => {
      void store.get('failing');
      store.get('failing').catch(() => {});
    });
    expect(seen).toEqual([new Error('no such server')]);
  });

  it('counts a store once, whatever it is registered as and how often', () => {
    const observer = newObserver();
    const map = new Map<string, number>();
    const { get } = observeCache(map, { name: 'c', observer });
    observeCache(observeCache(map, { name: 'c', observer }), { name: 'other', tier: 'L1', observer });
    expect(map.get).toBe(get);
    map.set('a', 1);
    expect(operations(observer)).toMatchObject({ 'c set ok': 1, 'other L1 set ok': 1 });
  });

  it('goes before the reader of a library, and counts its own calls of itself only once', () => {
    const observer = newObserver();
    const lru = observeCache(new LRUCache<string, number>({ max: 2 }), { name: 'lru', observer });
    // Its `take` is a `get` and a `del`; its `set` is one of the object itself.
    const node = observeCache(new NodeCache({ checkperiod: 0 }), { name: 'node', observer });
    lru.set('a', 1);
    node.set('a', 1);
    node.take('a');
    const figures = figuresOf(observer);
    expect(figures['cache.operations']).toMatchObject({
      'lru set ok': 1,
      'node set ok': 1,
      'node get hit': 1,
      'node delete ok': 1,
    });
    expect(figures['cache.entries.limit']).toEqual({ lru: 2 });
  });

  it('does not count what a store asks of itself', () => {
    const observer = newObserver();
    class Expiring extends Map<string, number> {
      override get(key: string): number | undefined {
        this.delete(key);
        return undefined;
      }
    }
    observeCache(new Expiring(), { name: 'c', observer }).get('a');
    expect(operations(observer)).toEqual({ ...NOTHING, 'c get miss': 1 });
  });

  it('leaves what it is given as it was, but for its methods', () => {
    const map = new Map([['a', 1]]);
    const own = { get: (key: string) => key, set: (_key: string, _value: string): void => {}, other: 1 };
    observeCache(map, { name: 'map', observer: newObserver() });
    observeCache(own, { name: 'own', observer: newObserver() });
    expect(Object.keys(map)).toEqual([]);
    expect(Object.keys(own)).toEqual(['get', 'set', 'other']);
    expect([map.get.name, map.set.length]).toEqual(['get', 2]);
    expect([...map]).toEqual([['a', 1]]);
  });

  it('has no deletes where nothing can be deleted', () => {
    const observer = newObserver();
    observeCache({ get: () => 1, set: () => {} }, { name: 'c', observer }).get();
    expect(operations(observer)).toEqual({ 'c get hit': 1, 'c get miss': 0, 'c set ok': 0, 'c error': 0 });
  });

  it('answers callbacks where it is told that there are some', async () => {
    const observer = newObserver();
    const map = new Map<string, string>();
    type Callback = (error: Error | null, value?: string) => void;
    const store = {
      get: (key: string, callback: Callback): void => callback(null, map.get(key)),
      set(key: string, value: string, seconds: number, callback: Callback): void {
        if (seconds < 0) callback(new Error('no such time'));
        else process.nextTick(() => callback(null, map.set(key, value).get(key)));
      },
    };
    observeCache(store, { name: 'c', observer, callbacks: true });
    await new Promise((resolve) => store.set('a', 'x', 1, resolve));
    const values: unknown[] = [];
    // A callback that comes at once is the application's own: what it asks for counts as well.
    store.get('a', (_, value) => store.get('absent', (error, absent) => values.push(value, absent, error)));
    store.set('a', 'x', -1, (error) => values.push(error?.message));
    expect(() =>
      store.get('a', () => {
        throw new Error('of the application');
      }),
    ).toThrow('of the application');
    expect(values).toEqual(['x', undefined, null, 'no such time']);
    expect(operations(observer)).toEqual({ 'c get hit': 2, 'c get miss': 1, 'c set ok': 1, 'c error': 1 });
  });

  it.each([
    ['undefined', undefined],
    ['a string', 'redis://'],
    ['an object without get', { set: () => {} }],
    ['an object without set', { get: () => {} }],
    ['a frozen object', Object.freeze({ get: () => {}, set: () => {} })],
    ['a frozen Map', Object.freeze(new Map())],
    ['an object whose method cannot be replaced', Object.defineProperty(new Map(), 'get', { value: () => 1 })],
  ])('says what it takes instead of %s', (_, store) => {
    const observer = newObserver();
    const refused = (): unknown => observeCache(store as object, { name: 'c', observer });
    expect(refused).toThrow(OutriderError);
    expect(refused).toThrow('an object with the methods get and set');
    expect(operations(observer)).toBeUndefined();
  });

  it('does not repeat a connection string that it was given instead', () => {
    const url = 'redis://user:s3cret@localhost' as unknown as object;
    const refused = (): unknown => observeCache(url, { name: 'c', observer: newObserver() });
    expect(refused).toThrow('is a string:');
    expect(refused).not.toThrow('s3cret');
  });

  it('leaves what it refuses as it was, and does not report it', () => {
    const observer = newObserver();
    const map = Object.defineProperty(new Map(), 'set', { value: () => {} });
    expect(() => observeCache(map, { name: 'c', observer })).toThrow(OutriderError);
    expect(Object.hasOwn(map, 'get')).toBe(false);
    expect(operations(observer)).toBeUndefined();
  });

  it('takes a function for a callback only where it is told so, and a key or a value never', () => {
    const observer = newObserver();
    const one = (): number => 1;
    const loading = { get: (key: string, load: (key: string) => string) => load(key), set: () => {} };
    expect(observeCache(loading, { name: 'loading', observer }).get('a', (key) => key)).toBe('a');
    const functions = new Map<() => number, () => number>();
    observeCache(functions, { name: 'functions', observer, callbacks: true }).set(one, one);
    expect(functions.get(one)).toBe(one);
    expect([...functions]).toEqual([[one, one]]);
    expect(operations(observer)).toMatchObject({
      'loading get hit': 1,
      'loading error': 0,
      'functions set ok': 1,
      'functions get hit': 1,
    });
  });

  it('leaves a store as it was where its name is wrong', () => {
    const map = new Map();
    expect(() => observeCache(map, { name: '', observer: newObserver() })).toThrow('needs a name');
    expect(Object.hasOwn(map, 'get')).toBe(false);
    const observer = newObserver();
    observeCache(map, { name: 'c', observer }).get('a');
    expect(operations(observer)).toMatchObject({ 'c get miss': 1 });
  });

  it('says of a cache that is off that it is, whoever reads it', () => {
    const observer = newObserver();
    const flags = { cache: false };
    observeCache(new Map(), { name: 'wrapped', observer, enabled: () => flags.cache });
    observer.cache(new LRUCache({ max: 5 }), { name: 'read', enabled: () => flags.cache });
    observer.cache(new LRUCache({ max: 5 }), { name: 'off', enabled: false });
    observer.cache(() => ({ enabled: false }), { name: 'function' });
    observer.cache(() => ({ enabled: false }), { name: 'overruled', enabled: true });
    const enabled = (): unknown => figuresOf(observer)['cache.enabled'];
    const others = { off: 0, function: 0, overruled: 1 };
    expect(enabled()).toEqual({ wrapped: 0, read: 0, ...others });
    flags.cache = true;
    expect(enabled()).toEqual({ wrapped: 1, read: 1, ...others });
  });

  it('tells nothing and counts an error where whether it is on cannot be said', () => {
    const observer = newObserver();
    const enabled = (): boolean => {
      throw new Error('no flags');
    };
    observeCache(new Map(), { name: 'c', observer, enabled });
    const figures = figuresOf(observer);
    expect(figures['cache.enabled']).toBeUndefined();
    expect(figures['outrider.probe.errors']).toEqual({ 'cache:c': 1 });
  });

  it('ends the series of a store that is gone', async () => {
    const observer = newObserver();
    (() => observeCache(new Map([['a', 1]]), { name: 'c', observer, enabled: true }).get('a'))();
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    for (let attempt = 0; attempt < 20 && operations(observer) !== undefined; attempt++) {
      await turn();
      collectGarbage();
    }
    expect(operations(observer)).toBeUndefined();
  });
});
